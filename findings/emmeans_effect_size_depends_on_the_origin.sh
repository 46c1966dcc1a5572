#!/usr/bin/env bash
# emmeans' eff_size() gives another standard error once the response is centered, which changes no difference.
#
# Versions: emmeans 1.8.4-1 (Debian 12); 1.10.7 (Debian 13) and 2.0.4 (forky) answer alike.
# Guess (not written down before it was run): d and its standard error are of differences of means, so 100 added to each response, or
#   its mean taken off, leaves them.
# Seen: warpbreaks, breaks ~ tension, edf = 5: d of L - H is 1.239 either way, its standard error is 0.514 for the breaks and 0.337 for
#   breaks less their mean. eff_size() works with logarithms of the means' absolute values and puts the signs back into the estimates
#   alone: the error of sigma counts with | |b1| - |b2| | where means differ in sign, which is too little.
# What it means: intervals of d from scale(y), from differences or from logits are too narrow.
# Needs Debian's r-cran-emmeans; RSCRIPT names another Rscript.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
cat > "$place/origin.R" <<'R'
suppressPackageStartupMessages(library(emmeans))
of <- function(shift) {
  m <- lm(I(breaks - shift) ~ tension, warpbreaks)
  unlist(as.data.frame(eff_size(emmeans(m, "tension"), sigma = sigma(m), edf = 5))[2, c("effect.size", "SE")])
}
cat(as.character(packageVersion("emmeans")), sprintf("%.3f", c(of(0), of(mean(warpbreaks$breaks)))), "\n")
R
${RSCRIPT:-Rscript} --vanilla - < "$place/origin.R" | tee "$place/said"
read -r version d se shifted narrower < "$place/said"
case $version in 1.8.4* | 1.10.7 | 2.0.4) ;; *) echo "this is about emmeans 1.8.4, 1.10.7 and 2.0.4, here is $version"; exit 2 ;; esac
[ "$d" = 1.239 ] && [ "$shifted" = 1.239 ] && [ "$se" = 0.514 ] && [ "$narrower" = 0.337 ]
