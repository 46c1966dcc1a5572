"""Imputed data sets for the cases on pooling: a quarter of the responses drawn about a line for each subject."""
import numpy as np

import translations as r


def imputed():
    sleep = r.load("sleepstudy")
    stream = r.set_seed(1987)
    unknown = np.sort(stream.sample_int(180, 45)) - 1
    known = np.setdiff1d(np.arange(180), unknown)
    lines = r.lm("Reaction ~ Days * Subject", sleep.iloc[known])
    middle = np.asarray(r.predict(lines, sleep.iloc[unknown]))
    sets = []
    for _ in range(6):
        drawn = sleep["Reaction"].to_numpy(float).copy()
        drawn[unknown] = middle + stream.rnorm(45, 0, r.sigma(lines))
        sets.append(sleep.assign(Reaction=drawn))
    return sets
