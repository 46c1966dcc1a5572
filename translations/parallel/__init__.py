"""Work that is shared out among processes, with a checkpoint on disk by which a stopped run goes on."""
