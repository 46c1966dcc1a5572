#!/usr/bin/env bash
# lme4 2.1-0: glmer's dispersion of a Gamma model stops at its limit of 100 damped steps, 1e-4 before it converges, without a word.
#
# Versions: R 4.6.1 with lme4 2.1-0 (Debian's r-cran-lme4).
# Guess before: the loop for the dispersion, whose tolerance is 1e-8, ends by that tolerance, so that glmerControl(maxPhiIter =) above
#   its default changes nothing that can be seen.
# Seen: each step moves the logarithm a tenth of the way from 1, so 100 steps leave 0.9^100 = 2.7e-5 of the distance, here 1e-4 of
#   the dispersion. With maxPhiIter = 200 the log-likelihood of sleepstudy's model falls from -883.03083 to -883.03228, AIC rises by
#   0.003, sigma goes from 0.0973461 to 0.0973376; 1000 steps say what 200 say. No warning. Two such models that differ by
#   that little are compared by where the loop was cut.
# Needs an Rscript of that version; RSCRIPT names it (default: Rscript).
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
cat > "$place/dispersion.R" <<'R'
suppressPackageStartupMessages(library(lme4))
if (packageVersion("lme4") != "2.1.0") { cat("other", as.character(packageVersion("lme4")), "0 0 0\n"); quit() }
fit <- function(most) glmer(Reaction ~ Days + (1 | Subject), sleepstudy, family = Gamma(link = "log"),
                            control = glmerControl(optimizer = "nloptwrap", maxPhiIter = most))
models <- lapply(c(100L, 200L, 1000L), fit)
cat("same", "2.1.0", sprintf("%.4f", sapply(models, function(m) as.numeric(logLik(m)))), "\n")
R
${RSCRIPT:-Rscript} --vanilla - < "$place/dispersion.R" | tee "$place/said"
read -r which version default twice many < "$place/said"
[ "$which" = same ] || { echo "this is about lme4 2.1-0, here is $version"; exit 2; }
[ "$default" = -883.0308 ] && [ "$twice" = -883.0323 ] && [ "$many" = -883.0323 ]
