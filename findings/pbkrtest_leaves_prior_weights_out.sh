#!/usr/bin/env bash
# Kenward-Roger's degrees of freedom of a weighted lmer fit can be many times the number of observations.
#
# Versions: pbkrtest 0.5.2 with lme4 1.1-31 (Debian 12); 0.5.4 with 1.1-37 (Debian 13) and 0.5.5 with 2.1-0 (forky) answer alike.
# Guess (not written down before it was run): prior weights that are all 4 change nothing but sigma, which doubles. So vcovAdj() and
#   get_Lb_ddf() are those of the model without weights.
# Seen: of sleepstudy's 180 rows, Reaction ~ Days + (1 | Subject), KRmodcomp() of Days has 161 denominator degrees of freedom without
#   weights and 2585 with weights of 4; the intercept has 22.8 and 32.7, and its adjusted standard error goes from 9.747 to 9.884.
#   pbkrtest builds the responses' covariance matrix from the variances without the weights, and takes vcov() of the fit with them.
# What it means: emmeans(), anova(ddf = "Kenward-Roger"), summary(ddf =) and car's Anova(test = "F") of weighted fits have it too, and
#   no warning. Satterthwaite's degrees of freedom are the same with and without.
# Needs Debian's r-cran-pbkrtest; RSCRIPT names another Rscript.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
cat > "$place/weights.R" <<'R'
suppressPackageStartupMessages(library(pbkrtest))
sleepstudy$four <- 4
without <- lme4::lmer(Reaction ~ Days + (1 | Subject), sleepstudy)
with <- lme4::lmer(Reaction ~ Days + (1 | Subject), sleepstudy, weights = four)
ddf <- function(m) KRmodcomp(m, update(m, . ~ . - Days))$stats$ddf
cat(as.character(packageVersion("pbkrtest")), sprintf("%.3f", c(sigma(with) / sigma(without), ddf(without), ddf(with))), "\n")
R
${RSCRIPT:-Rscript} --vanilla - < "$place/weights.R" | tee "$place/said"
read -r version sigma without with < "$place/said"
case $version in 0.5.2 | 0.5.4 | 0.5.5) ;; *) echo "this is about pbkrtest 0.5.2 to 0.5.5, here is $version"; exit 2 ;; esac
[ "$sigma" = 2.000 ] && [ "$without" = 161.000 ] && [ "${with%.*}" = 2585 ]
