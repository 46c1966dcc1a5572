"""What `scoreboard.py` is made of.

    tasks.py      the models to fit, as plain tables and formulas, with their certified values
    adapters.py   how each Python program fits a task; runs in that program's own environment, which has nothing of ours
    lme4.R        the same in R
"""
