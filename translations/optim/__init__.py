"""Minimizers of a function of some variables within bounds: BOBYQA, Nelder-Mead. None knows of mixed models."""
