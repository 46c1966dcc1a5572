#!/usr/bin/env bash
# effect(..., vcov. = FUNCTION) of effects asks the function of a glm that stands for the mixed model, so the intervals leave its random effects out.
#
# Versions: effects 4.2-2 with lme4 1.1-31, R 4.2.2 (Debian 12).
# Guess before: as the function gets "the model" (?effect: "a function to compute the coefficient covariance matrix"), limits with
#   vcov. = function(m, ...) vcov(m, use.hessian = FALSE) are those of that covariance matrix, a few percent from the default ones.
#   That they came out a third narrower was noticed first; that the function gets a stand-in was the guess for it, made before the
#   source was read.
# Seen: cbpp, period + (1 | herd): the function gets an object of classes fakeeffmod, glm, lm, fitted by one step without the
#   random effects; the standard errors of the four effects are 0.154 0.229 0.259 0.303, where the covariance matrix asked for gives
#   0.228 0.310 0.331 0.433 and the default one 0.231 0.307 0.327 0.425.
# Needs an Rscript of those versions; RSCRIPT names it (default: Rscript).
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
run() { ${RSCRIPT:-Rscript} --vanilla - < "$1"; }
echo 'cat(as.character(getRversion()), as.character(packageVersion("effects")), as.character(packageVersion("lme4")))' > "$place/version.R"
found=$(run "$place/version.R")
[ "$found" = "4.2.2 4.2.2 1.1.31" ] || { echo "this is about R 4.2.2, effects 4.2.2, lme4 1.1.31, here is $found"; exit 2; }
cat > "$place/limits.R" <<'R'
suppressPackageStartupMessages({ library(lme4); library(effects) })
options(warn = -1)
m <- glmer(cbind(incidence, size - incidence) ~ period + (1 | herd), cbpp, binomial)
seen <- NULL
e <- effect("period", m, vcov. = function(m, ...) { seen <<- class(m); vcov(m, use.hessian = FALSE) })
X <- e$model.matrix
cat(seen, "\n", round(e$se / sqrt(diag(X %*% as.matrix(vcov(m, use.hessian = FALSE)) %*% t(X))), 2), "\n")
R
run "$place/limits.R" | tee "$place/said"
grep -q "^fakeeffmod glm lm" "$place/said" && grep -q "0.67 0.74 0.78 0.7 " "$place/said"
