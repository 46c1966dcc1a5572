"""The figures as cases: what each draws, against what ggplot2 and lattice draw in R."""

NEEDS = {"plotnine": "figures"}  # package -> the extra of rparity that brings it
