#!/usr/bin/env bash
# predict(se.fit = TRUE) of lme4 2.1: a subject nobody has seen is predicted more surely than one with ten measurements.
#
# Versions: R 4.6.1 with lme4 2.1-0 (Debian forky's r-cran-lme4). lme4 1.1-37 stops instead: "non-conformable arguments".
# Guess (not written down before it was run): for a new level the standard error counts the variance between levels, here 37.1^2, so it
#   is near sqrt(37.1^2 + 9.5^2) = 38.
# Seen: sleepstudy, Reaction ~ Days + (1 | Subject), at Days 5: 9.50 for subject 308, which was measured, and 9.06 for the new one. That
#   is the error of the fixed effects alone: the columns of new levels are zero, and the variance of their effects is not added.
# What it means: intervals for new groups from these errors are four times too narrow.
# Needs an Rscript of that version; RSCRIPT names it (default: Rscript).
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
cat > "$place/new.R" <<'R'
suppressPackageStartupMessages(library(lme4))
if (packageVersion("lme4") != "2.1.0") { cat("other", as.character(packageVersion("lme4")), "0 0 0\n"); quit() }
m <- lmer(Reaction ~ Days + (1 | Subject), sleepstudy)
at <- data.frame(Days = 5, Subject = c("308", "new"))
error <- suppressWarnings(predict(m, at, allow.new.levels = TRUE, se.fit = TRUE))$se.fit
cat("same", "2.1.0", sprintf("%.2f", c(error, as.data.frame(VarCorr(m))$sdcor[1])), "\n")
R
${RSCRIPT:-Rscript} --vanilla - < "$place/new.R" | tee "$place/said"
read -r which version known new between < "$place/said"
[ "$which" = same ] || { echo "this is about lme4 2.1-0, here is $version"; exit 2; }
[ "$known" = 9.50 ] && [ "$new" = 9.06 ] && [ "$between" = 37.12 ]
