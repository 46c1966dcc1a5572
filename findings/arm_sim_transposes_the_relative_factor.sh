#!/usr/bin/env bash
# sim(m) of arm, and so REsim of merTools, draws correlated random effects with other variances than the fitted model's.
#
# Versions: arm 1.13-1, lme4 1.1-31, R 4.2.2 (Debian 12); in R 4.6 (arm 1.15-3, lme4 2.1-0) the same.
# Guess before: draws of a subject's intercept and slope scatter as the inverse of the mixed model equations says. That one seed's
#   standard deviations were not ours was seen first; that Lambda is taken transposed was read in the code of sim.
# Seen: sleepstudy, Reaction ~ Days + (Days | Subject), subject 308, 20,000 draws: the slope's variance is 7.71 (6.97 by the
#   equations, 10 % less), the covariance -22.3 (-19.7). With (1 | Subject) alone draws and equations agree.
# Needs an Rscript of those versions; RSCRIPT names it (default: Rscript).
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
run() { ${RSCRIPT:-Rscript} --vanilla - < "$1"; }
cat > "$place/version.R" <<'R'
have <- function(x) if (requireNamespace(x, quietly = TRUE)) as.character(packageVersion(x)) else "no"
cat(as.character(getRversion()), have("arm"), have("lme4"))
R
found=$(run "$place/version.R")
case $found in "4.2.2 1.13.1 1.1.31" | "4.6.1 "*" 2.1.0") ;; *) echo "this is about arm 1.13-1, here is R, arm, lme4 $found"; exit 2 ;; esac
cat > "$place/scatter.R" <<'R'
suppressPackageStartupMessages(library(lme4))
agree <- function(formula) {
  m <- lmer(formula, sleepstudy)
  set.seed(1)
  drawn <- cov(matrix(suppressMessages(arm::sim(m, 20000))@ranef$Subject[, 1, ], 20000))
  root <- as.matrix(cbind(getME(m, "Z") %*% getME(m, "Lambda"), getME(m, "X")))
  q <- ncol(getME(m, "Z"))
  A <- crossprod(root) + diag(rep(1:0, c(q, ncol(root) - q)))
  L <- as.matrix(getME(m, "Lambda"))
  told <- (sigma(m)^2 * L %*% solve(A)[1:q, 1:q] %*% t(L))[seq_len(ncol(drawn)), seq_len(ncol(drawn))]
  print(rbind(drawn = c(drawn), equations = c(told)))
  max(abs(drawn / told - 1)) < 0.05
}
cat(agree(Reaction ~ Days + (1 | Subject)), agree(Reaction ~ Days + (Days | Subject)), "\n")
R
run "$place/scatter.R" | tee "$place/said"
grep -q "^TRUE FALSE" "$place/said"
