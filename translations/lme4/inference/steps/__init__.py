"""The compiled loops of profiles: steps, the deviances that these minimize, the splines through their points."""
