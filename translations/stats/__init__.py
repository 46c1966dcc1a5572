"""Base R's formulas, model matrices, linear models and t-tests, thin over statsmodels and scipy.

Data flows one way: expressions -> terms -> frame -> design -> linear model -> what is read off it. lmer enters by
`formula`.
"""
