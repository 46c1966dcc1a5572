#!/usr/bin/env bash
# refit(m, y) goes by lme4's default control, whatever control the model was fitted with, and keeps only the optimizer's name.
#
# Versions: lme4 1.1-31 (Debian 12); 1.1-37 and 2.1-0 (Debian 13, forky) do the same.
# Guess (not written down before it was run): a refit searches and checks as the fit did, with its optCtrl and check.conv settings.
# Seen: sleepstudy's slopes with optCtrl = list(maxeval = 10) end at the tenth evaluation, theta 1, 0, 0.25; the refit to the reversed
#   response goes on to the optimum, 2.36 (2.35 since 1.1-33), and ends at 1.75 only where the control is given again. Dyestuff2 with
#   check.conv.singular = "ignore" is silent when fitted and says "boundary (singular) fit" when refitted. bootMer() hands the call's
#   control on to its refits, so that its replicates and those of a loop of refit(m, simulate(m)[[1]]) differ.
# What it means: give refit() the control again, above all where the fit needed more evaluations than the default has.
# Needs Debian's r-cran-lme4; RSCRIPT names another Rscript.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
cat > "$place/look.R" <<'R'
suppressPackageStartupMessages(library(lme4))
few <- lmerControl(optCtrl = list(maxeval = 10))
m <- suppressWarnings(lmer(Reaction ~ Days + (Days | Subject), sleepstudy, control = few))
theta <- function(m) sprintf("%.2f", getME(suppressWarnings(m), "theta")[[1]])
y <- rev(sleepstudy$Reaction)
k <- lmer(Yield ~ 1 + (1 | Batch), Dyestuff2, control = lmerControl(check.conv.singular = "ignore"))
told <- tryCatch({ refit(k, rev(Dyestuff2$Yield)); "silent" }, message = function(said) "told")
cat(as.character(packageVersion("lme4")), theta(m), theta(refit(m, y)), theta(refit(m, y, control = few)), told, "\n")
R
${RSCRIPT:-Rscript} --vanilla - < "$place/look.R" | tee "$place/said"
read -r version fitted refitted given told < "$place/said"
case $version in 1.1.31) optimum=2.36 ;; 1.1.37 | 2.1.0) optimum=2.35 ;;
    *) echo "this is about lme4 1.1-31, 1.1-37 and 2.1-0, here is $version"; exit 2 ;; esac
[ "$fitted" = 1.00 ] && [ "$refitted" = $optimum ] && [ "$given" = 1.75 ] && [ "$told" = told ]
