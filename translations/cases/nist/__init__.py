"""Balanced one-way layouts of NIST's Statistical Reference Datasets as random-effects models.

NIST certifies their analysis of variance; REML of the balanced layout follows from it: sigma^2 = MSW and a variance
between groups of (MSB - MSW) / n. The sets differ in how many leading digits all values of a set share.
"""
