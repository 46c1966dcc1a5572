#!/usr/bin/env bash
# lme4 2.1-0: once cs() of three effects has been at a correlation of 1, the deviance function says NaN wherever it is asked.
#
# Versions: R 4.6.1 with lme4 2.1-0 (Debian's r-cran-lme4).
# Guess before: the factor's third column is 0 / 0 at a correlation of exactly 1 or at the lower bound, so that the criterion is NaN
#   there, and as good as ever at the next parameters: an optimizer that touches a bound goes on.
# Seen: of sleepstudy with the days in three parts the criterion at correlation 0.5 is 1771.1 before and NaN after one call at 1, for the
#   life of the function. A fit that touches a bound on its way is lost: of ChickWeight, weight ~ Time * Diet +
#   cs(0 + factor(Time) | Chick), all fixed effects are NaN, without an error or a warning that says so.
# Needs an Rscript of that version; RSCRIPT names it (default: Rscript).
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
cat > "$place/bound.R" <<'R'
suppressPackageStartupMessages(library(lme4))
if (packageVersion("lme4") != "2.1.0") { cat("other", as.character(packageVersion("lme4")), "0 0 0 0\n"); quit() }
sleepstudy$part <- factor(sleepstudy$Days %/% 4)
of <- lmer(Reaction ~ Days + cs(0 + part | Subject), sleepstudy, devFunOnly = TRUE)
seen <- sapply(c(0.5, 1, 0.5), function(rho) of(c(1, 1, 1, rho)))
m <- suppressMessages(suppressWarnings(lmer(weight ~ Time * Diet + cs(0 + factor(Time) | Chick), ChickWeight)))
cat("same", "2.1.0", sprintf("%.1f", seen), sum(is.nan(fixef(m))), "\n")
R
${RSCRIPT:-Rscript} --vanilla - < "$place/bound.R" | tee "$place/said"
read -r which version before at after lost < "$place/said"
[ "$which" = same ] || { echo "this is about lme4 2.1-0, here is $version"; exit 2; }
[ "$before" != NaN ] && [ "$at" = NaN ] && [ "$after" = NaN ] && [ "$lost" = 8 ]
