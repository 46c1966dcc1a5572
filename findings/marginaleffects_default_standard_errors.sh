#!/usr/bin/env bash
# avg_slopes of marginaleffects gives a standard error of two digits for a linear mixed model, by its default derivatives.
#
# Versions: marginaleffects 0.32.0, lme4 2.1-0, R 4.6.1 (Debian forky).
# Guess before: the slope is linear in the coefficients, so a numerical derivative by them keeps seven digits or more. That a
#   standard error differed in the second digit from L V L' was seen first.
# Seen: cake, angle ~ warm * recipe + I(warm^2) + (1 | recipe:replicate), by recipe, whose three errors are equal: 0.70623, 0.70620
#   and 0.71605 by default, 0.70627 each by L V L' and with numderiv = list("fdcenter", eps = 1e-4).
# Needs an Rscript of those versions; RSCRIPT names it (default: Rscript).
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
run() { ${RSCRIPT:-Rscript} --vanilla - < "$1"; }
cat > "$place/version.R" <<'R'
have <- function(x) if (requireNamespace(x, quietly = TRUE)) as.character(packageVersion(x)) else "no"
cat(as.character(getRversion()), have("marginaleffects"), have("lme4"))
R
found=$(run "$place/version.R")
[ "$found" = "4.6.1 0.32.0 2.1.0" ] || { echo "this is about R 4.6.1, marginaleffects 0.32.0, lme4 2.1-0, here is $found"; exit 2; }
cat > "$place/errors.R" <<'R'
suppressPackageStartupMessages({library(lme4); library(marginaleffects)})
options(marginaleffects_safe = FALSE)
cake <- transform(lme4::cake, warm = (temp - 200) / 25)
m <- lmer(angle ~ warm * recipe + I(warm^2) + (1 | recipe:replicate), cake)
X <- function(step) model.matrix(~ warm * recipe + I(warm^2), transform(cake, warm = warm + step))
L <- apply((X(1e-3) - X(-1e-3)) / 2e-3, 2, function(x) tapply(x, cake$recipe, mean))
errors <- function(...) as.data.frame(avg_slopes(m, variables = "warm", by = "recipe", ...))$std.error
told <- sqrt(diag(L %*% as.matrix(vcov(m)) %*% t(L)))
print(rbind(default = errors(), wider = errors(numderiv = list("fdcenter", eps = 1e-4)), told), digits = 5)
far <- function(x) max(abs(x / told - 1))
cat(far(errors()) > 5e-3, far(errors(numderiv = list("fdcenter", eps = 1e-4))) < 1e-5, "\n")
R
run "$place/errors.R" | tee "$place/said"
grep -q "^TRUE TRUE" "$place/said"
