"""Certified values: exact rationals and mpmath, by code that shares nothing with the package that they certify.

    rational.py    least squares on rationals, tail areas
    balanced.py    the chapter's models: closed forms of a balanced design
    frame.py       the committed data and the columns of model matrices
    mixed.py       any linear mixed model: criterion, score, optimum, modes
    intervals.py   ends of profile intervals
    suites.py      the models of the suites `lme4` and `nist`, and of the chapter, column by column
    models.py      which of their values are certified, and how
"""
