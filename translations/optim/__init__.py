"""Minimizers of a function of some variables within bounds: BOBYQA, Nelder-Mead, NLopt. None knows of mixed models."""
