"""The compiled loops of profiles: steps, the splines through their points."""
