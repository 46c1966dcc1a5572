"""`MASS::mvrnorm`: intercepts and slopes of 18 subjects, drawn from the chapter's covariance matrix.

`mvrnorm` turns independent normals into correlated ones by the eigenvectors of the covariance matrix, and an
eigenvector's sign is nobody's to say: R takes what LAPACK returns. Where two machines' LAPACKs differ in a sign,
`mvrnorm` draws differ from one R to another. The reference therefore stores R's eigenvectors; handed to `mvrnorm(...,
eigen=(values, vectors))` they give R's draws to the last bit. Without them the same LAPACK routine is asked, and what
differs is its rounding.

With `empirical=True` the mean and the covariance asked for are those of the draws themselves, to the last digits.
"""
import pandas as pd

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol
from translations.random.stream import symmetric_eigen


@case(order=5, tolerance=tol.LINALG)
def multivariate_draws():
    names = ["(Intercept)", "days_deprived"]
    Sigma = pd.DataFrame([[958, 36], [36, 46]], index=names, columns=names)
    values, vectors = symmetric_eigen(Sigma)
    rng = r.set_seed(62)
    draws = rng.mvrnorm(18, mu=[0, 0], Sigma=Sigma)
    one = rng.mvrnorm(1, mu=pd.Series({"a": 1, "b": 2, "c": 3}), Sigma=[[4, 1, 0], [1, 3, -1], [0, -1, 2]])
    exact = rng.mvrnorm(18, mu=[268, 11], Sigma=Sigma, empirical=True)
    return {
        "values": values,
        "vectors": vectors,
        "draws": draws.to_numpy(),
        "one": one,
        "exact": exact.to_numpy(),
        "its_covariance": exact.cov().to_numpy(),
    }
