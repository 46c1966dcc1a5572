#!/bin/sh
# performance 0.10.2 and 0.18.2: check_heteroscedasticity() of a mixed model depends on the response's unit.
#
# Expected (the guess was not written down beforehand): Breusch's and Pagan's test is of residuals over sigma, so the p-value of a model of reaction times
# in milliseconds is that of the same model in tenths of a second.
# Seen (R 4.2 with performance 0.10.2, R 4.6 with 0.18.2, lme4 1.1-31 and 2.1-0, 2026-11-30): in milliseconds p is 0, in tenths
# of a second 0.63 (1e-4 by sigma). The check divides by sqrt(deviance / (n - p)), and the deviance of a mixed model is
# -2 log-likelihood, no sum of squares.
# RSCRIPT: an Rscript with lme4 and performance (Debian: r-cran-lme4, r-cran-performance).
# Exits 0 while this is so, 1 when it changed, 2 where the packages are not at hand.
set -eu
${RSCRIPT:-Rscript} - <<'R'
if (!requireNamespace("performance", quietly = TRUE) || !requireNamespace("lme4", quietly = TRUE)) quit(status = 2)
p <- function(unit) {
  d <<- transform(lme4::sleepstudy, y = Reaction / unit)
  as.numeric(performance::check_heteroscedasticity(lme4::lmer(y ~ Days + (Days | Subject), d)))
}
found <- c(ms = p(1), ds = p(100))
cat("performance", format(packageVersion("performance")), " p:", found, "\n")
quit(status = if (found[["ms"]] < 1e-6 && found[["ds"]] > 0.5) 0 else 1)
R
