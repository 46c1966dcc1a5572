"""Marginal means after a fit. R: emmeans.

One idea carries it (Searle, Speed & Milliken 1980, Am. Stat. 34): a grid of reference points, each a linear function of
the coefficients. Means average its rows, contrasts combine them, trends take differences: all are rows of coefficients.

    basis     what of a fitted model all this needs                 links     transformed responses
    grid      the reference grid, and the object that all are       nesting   factors within factors, and empty cells
    means     emmeans            contrasts  contrast, pairs         trends    emtrends          joint     joint_tests
    summary   the table          adjust     families of tests       text      R's text of it
"""
