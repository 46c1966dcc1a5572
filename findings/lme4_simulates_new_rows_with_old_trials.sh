#!/usr/bin/env bash
# simulate(newdata =) of a binomial glmer: 28 new rows give 56, with fewer than no failures, and no warning.
#
# Versions: lme4 1.1-31 (Debian 12); 1.1-37 and 2.1-0 (Debian 13, forky) answer alike.
# Guess (not written down before it was run): new rows bring their own numbers of trials, from the variable in cbind(incidence, size -
#   incidence), or are refused.
# Seen: successes are drawn out of the fitted rows' numbers of trials, 14, 12, 9, ..., whatever size is in newdata, and the failures are
#   all 56 old numbers less the 28 successes, over and over: 56 rows, some with -9 failures. With rows that do not divide the fit's
#   there is "longer object length is not a multiple of shorter object length", else nothing.
# Needs Debian's r-cran-lme4; RSCRIPT names another Rscript.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
cat > "$place/trials.R" <<'R'
suppressPackageStartupMessages(library(lme4))
m <- glmer(cbind(incidence, size - incidence) ~ period + (1 | herd), cbpp, family = binomial)
rows <- data.frame(period = factor(1, levels = 1:4), herd = cbpp$herd[1:28], size = 1, incidence = 0)
heard <- 0
draw <- function(seed) simulate(m, 1, seed = seed, newdata = rows, re.form = NA)[[1]]
drawn <- withCallingHandlers(lapply(1:50, draw), warning = function(w) heard <<- heard + 1)
cat(as.character(packageVersion("lme4")), heard, nrow(drawn[[1]]), all(rowSums(drawn[[1]]) == cbpp$size), min(unlist(drawn)), "\n")
R
${RSCRIPT:-Rscript} --vanilla - < "$place/trials.R" | tee "$place/said"
read -r version heard rows old negative < "$place/said"
case $version in 1.1.31 | 1.1.37 | 2.1.0) ;; *) echo "this is about lme4 1.1-31, 1.1-37 and 2.1-0, here is $version"; exit 2 ;; esac
[ "$heard" = 0 ] && [ "$rows" = 56 ] && [ "$old" = TRUE ] && [ "$negative" -lt 0 ]
