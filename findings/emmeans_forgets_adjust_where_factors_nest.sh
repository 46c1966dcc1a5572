#!/usr/bin/env bash
# emmeans(adjust =, infer =) of nested factors: both arguments are taken, and have no effect.
#
# Versions: emmeans 1.8.4-1 (Debian 12); 2.0.4 with R 4.6.1 (forky) answers alike.
# Guess (not written down before it was run): emmeans(m, "tension", adjust = "bonferroni", infer = TRUE) prints adjusted limits and
#   tests whether or not a nesting structure is found, as summary() of its result does.
# Seen: the note on nesting, 95 % limits without adjustment and no tests: 17.2 to 31.9 for the first cell of warpbreaks, where summary(,
#   adjust = "bonferroni") has 14.5 to 34.6. No warning. Without nesting the same call has 14.5 too.
# Needs Debian's r-cran-emmeans; RSCRIPT names another Rscript.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
cat > "$place/nested.R" <<'R'
suppressPackageStartupMessages(library(emmeans))
wide <- within(warpbreaks, cell <- factor(paste0(wool, tension)))
nested <- lm(breaks ~ wool / cell, wide)
flat <- lm(breaks ~ cell, wide)
low <- function(x) as.data.frame(x)$lower.CL[1]
asked <- function(m) suppressMessages(emmeans(m, "cell", adjust = "bonferroni", infer = c(TRUE, TRUE)))
cat(as.character(packageVersion("emmeans")), sprintf("%.1f", c(low(asked(nested)), low(summary(asked(nested), adjust = "bonferroni")),
    low(asked(flat)))), "p.value" %in% names(as.data.frame(asked(nested))), "\n")
R
${RSCRIPT:-Rscript} --vanilla - < "$place/nested.R" | tee "$place/said"
read -r version nested told flat tests < "$place/said"
case $version in 1.8.4* | 2.0.4) ;; *) echo "this is about emmeans 1.8.4 and 2.0.4, here is $version"; exit 2 ;; esac
[ "$nested" = 17.2 ] && [ "$told" = 14.5 ] && [ "$flat" = 14.5 ] && [ "$tests" = FALSE ]
