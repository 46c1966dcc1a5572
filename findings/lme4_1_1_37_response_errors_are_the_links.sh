#!/usr/bin/env bash
# lme4 1.1-37: predict(type = "response", se.fit = TRUE) of a glmer fit gives probabilities with the errors of their logits.
#
# Versions: R 4.5.0 with lme4 1.1-37 (Debian 13's r-cran-lme4); 1.1-31 has no se.fit, 2.1-0 has it right.
# Guess (not written down before it was run): fit and se.fit are on one scale: the error of a probability p is p (1 - p) times that of
#   its logit, as predict.glm() has it.
# Seen: cbpp's first row: p = 0.308 with an error of 0.371, the same that type = "link" gives; 0.079 is right. "0.308 +- 0.371" looks like a
#   badly determined probability, and intervals from it leave 0 to 1.
# Needs an Rscript of that version; RSCRIPT names it (default: Rscript).
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
cat > "$place/response.R" <<'R'
suppressPackageStartupMessages(library(lme4))
if (packageVersion("lme4") != "1.1.37") { cat("other", as.character(packageVersion("lme4")), "0 0 0\n"); quit() }
m <- glmer(cbind(incidence, size - incidence) ~ period + (1 | herd), cbpp, family = binomial)
of <- function(type) suppressWarnings(predict(m, type = type, se.fit = TRUE))
p <- of("response")
cat("same", "1.1.37", sprintf("%.3f", c(p$fit[1], p$se.fit[1], of("link")$se.fit[1])), "\n")
R
${RSCRIPT:-Rscript} --vanilla - < "$place/response.R" | tee "$place/said"
read -r which version p error link < "$place/said"
[ "$which" = same ] || { echo "this is about lme4 1.1-37, here is $version"; exit 2; }
[ "$p" = 0.308 ] && [ "$error" = 0.371 ] && [ "$link" = 0.371 ]
