#!/usr/bin/env bash
# lme4 2.1's lmerControl(autoscale = TRUE) gives estimates of scaled predictors beside standard errors of the unscaled ones.
#
# Versions: R 4.6.1 with lme4 2.1-0 (Debian forky's r-cran-lme4).
# Guess (not written down before it was run): predictors are scaled for the search alone, and everything that is reported is on their
#   own scale.
# Seen: sleepstudy, Reaction ~ Days + (1 | Subject): the slope of Days is 30.15 a standard deviation with a standard error of 0.804 a
#   day, so t = 37.5, where anova() of the same fit has F = 169.4 = 13.02^2. predict() of a new row, subject 308 on day 5, says 490;
#   without autoscale 344.5.
# Needs an Rscript of that version; RSCRIPT names it (default: Rscript).
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
cat > "$place/scale.R" <<'R'
suppressPackageStartupMessages(library(lme4))
if (packageVersion("lme4") != "2.1.0") { cat("other", as.character(packageVersion("lme4")), "0 0 0 0\n"); quit() }
scaled <- lmer(Reaction ~ Days + (1 | Subject), sleepstudy, control = lmerControl(autoscale = TRUE))
plain <- lmer(Reaction ~ Days + (1 | Subject), sleepstudy)
row <- data.frame(Days = 5, Subject = "308")
cat("same", "2.1.0", sprintf("%.1f", c(coef(summary(scaled))["Days", "t value"], sqrt(anova(scaled)$`F value`), predict(scaled, row),
    predict(plain, row))), "\n")
R
${RSCRIPT:-Rscript} --vanilla - < "$place/scale.R" | tee "$place/said"
read -r which version t root scaled plain < "$place/said"
[ "$which" = same ] || { echo "this is about lme4 2.1-0, here is $version"; exit 2; }
[ "$t" = 37.5 ] && [ "$root" = 13.0 ] && [ "$scaled" = 490.0 ] && [ "$plain" = 344.5 ]
