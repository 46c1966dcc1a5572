#!/usr/bin/env bash
# R 4.6.1: dfbeta(), dfbetas(), rstandard(), rstudent() and influence() of a glm answer other numbers than R 4.5.0 did, without a word.
#
# Versions: R 4.6.1 and, before the change, 4.5.0 and 4.2.2 (Debian's r-base-core); base R alone, no package.
# Guess before: base R's regression diagnostics are the same numbers from 4.2 to 4.6; on cars, made binary, rstandard's first is
#   that of the deviance residual.
# Seen: before 4.6 the errors of the last step's least squares are deviance residuals, and rstandard's default type is
#   "deviance". 4.6 takes Pearson residuals (weighted.residuals of a glm are working ones by the root of the working weights),
#   puts "pearson" first among rstandard's types, and gives dfbetas and rstudent of binomial and Poisson models a dispersion of 1.
#   A plot or a cut-off from an older script is about something else after the upgrade; cooks.distance and hatvalues stay.
# Needs an Rscript of 4.6 (or of an older release, for the other half); RSCRIPT names it (default: Rscript).
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
cat > "$place/influence.R" <<'R'
m <- glm(dist > 40 ~ speed, binomial, cars)
hat <- hatvalues(m)
by <- function(type) residuals(m, type) / sqrt(1 - hat)
same <- function(a, b) isTRUE(all.equal(unname(a), unname(b), tolerance = 1e-12))
stopifnot(same(rstandard(m, type = "deviance"), by("deviance")), same(rstandard(m, type = "pearson"), by("pearson")))
stopifnot(!same(by("deviance"), by("pearson")))
kind <- names(which(c(deviance = same(rstandard(m), by("deviance")), pearson = same(rstandard(m), by("pearson")))))
cat(as.character(getRversion()), kind, sprintf("%.6f", dfbeta(m)[1, "speed"]), sprintf("%.6f", cooks.distance(m)[[1]]), "\n")
R
${RSCRIPT:-Rscript} --vanilla - < "$place/influence.R" | tee "$place/said"
read -r version kind dfbeta cook < "$place/said"
case $version in
    4.6.1) [ "$kind" = pearson ] && [ "$dfbeta" = 0.000385 ] && [ "$cook" = 0.000004 ] ;;
    4.5.0 | 4.2.2) [ "$kind" = deviance ] && [ "$dfbeta" = 0.000544 ] && [ "$cook" = 0.000004 ] ;;
    *) echo "this is about R 4.6.1, 4.5.0 and 4.2.2, here is $version"; exit 2 ;;
esac
