#!/usr/bin/env bash
# Prior weights multiply one of the six terms of lme4's negative binomial log-likelihood: weights of 2 are not each row twice.
#
# Versions: lme4 1.1-31 (Debian 12); 1.1-37 and 2.1-0 (Debian 13, forky) answer alike.
# Guess (not written down before it was run): a fit with weights of 2 is that of the data put below themselves, as by glm and as
#   glmer has it of Poisson counts.
# Seen: cbpp, incidence ~ period + (1 | herd), theta 1.5. glmer's first effect is 1.31 of the rows twice, -0.15 with weights of
#   2; glm's is 1.40 both times, that of glmer with Poisson counts 1.23 both times. In C++ the weights
#   multiply the first term alone, (y + theta) log(mu + theta).
# What it means: glmer.nb(weights = ) finds means that are too low, and log-likelihoods that may be above 0. Nothing is said.
# Needs Debian's r-cran-lme4; RSCRIPT names another Rscript.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
cat > "$place/weights.R" <<'R'
suppressPackageStartupMessages(library(lme4))
twice <- rbind(cbpp, cbpp)
family <- MASS::negative.binomial(1.5)
first <- function(m) sprintf("%.2f", (if (is(m, "merMod")) fixef(m) else coef(m))[[1]])
mixed <- incidence ~ period + (1 | herd)
cat(as.character(packageVersion("lme4")),
    first(suppressMessages(glmer(mixed, twice, family))),
    first(suppressMessages(glmer(mixed, cbpp, family, weights = rep(2, 56)))),
    first(glm(incidence ~ period, family, twice)), first(glm(incidence ~ period, family, cbpp, weights = rep(2, 56))),
    first(glmer(mixed, twice, poisson)), first(glmer(mixed, cbpp, poisson, weights = rep(2, 56))), "\n")
R
${RSCRIPT:-Rscript} --vanilla - < "$place/weights.R" | tee "$place/said"
read -r version twice weighted glm_twice glm_weighted poisson_twice poisson_weighted < "$place/said"
case $version in 1.1.31 | 1.1.37 | 2.1.0) ;; *) echo "this is about lme4 1.1-31, 1.1-37 and 2.1-0, here is $version"; exit 2 ;; esac
[ "$glm_twice" = "$glm_weighted" ] && [ "$poisson_twice" = "$poisson_weighted" ]
[ "$twice" = 1.31 ] && [ "$weighted" = -0.15 ]
