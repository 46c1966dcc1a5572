"""Linear models whose errors are correlated or of unequal variance, and mixed models with such errors. R: nlme.

Source: Pinheiro & Bates (2000), Mixed-Effects Models in S and S-PLUS, chapter 5. A model's errors are made independent
and alike row by row or group by group, and what is left is least squares.

    rows          what a formula `~ t | g` says of the data         correlation, arma, spatial   structures in a group
    variance      standard deviations that differ among rows        criterion              the likelihood at parameters
    optimum       its maximum, and its curvature there              fit                    what both fits have in common
    search        R's ways to the maximum                           gls                    a linear model
    random, levels, covariances    random effects                   mixed, em, lme         a mixed model
    gls_results, lme_results       what fits are asked for
    intervals, lme_intervals    comparison   tables of tests    variances   VarCorr
    dependence    covariances of observations, autocorrelations                            text, lme_text   R's text
    lm_list       a linear model for each group
"""
