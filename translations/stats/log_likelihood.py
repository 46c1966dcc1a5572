"""A log-likelihood: a number that knows its degrees of freedom. R: class logLik."""
from __future__ import annotations

from translations.printing.dispatch import render
from translations.printing.style import Style


class LogLik(float):
    """A log-likelihood with the number of parameters `df` and of observations `nobs` (R: class logLik)."""

    df: int
    nobs: int

    def __new__(cls, value: float, df: int, nobs: int) -> LogLik:
        self = super().__new__(cls, value)
        self.df, self.nobs = df, nobs
        return self

    def __getnewargs__(self) -> tuple[float, int, int]:  # type: ignore[override]
        return float(self), self.df, self.nobs

    def __str__(self) -> str:
        from translations.printing import console

        return f"'log Lik.' {console(float(self)).removeprefix('[1] ').strip()} (df={self.df})"


@render.register(LogLik)
def _lines(x: LogLik, style: Style) -> list[str]:
    return str(x).split("\n")
