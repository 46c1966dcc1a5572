"""Work that is shared out among processes, with a journal on disk by which a stopped run goes on."""
