#!/usr/bin/env bash
# confint() or profile() of a glmer fit changes the fit: afterwards ranef(m), coef(m) and simulate(m, use.u = TRUE) answer otherwise.
#
# Versions: lme4 1.1-31 (Debian 12); 1.1-37 and 2.1-0 (Debian 13, forky) do the same.
# Guess (not written down before it was run): functions that look at a fit leave it as it is, as confint() does for lmer.
# Seen: cbpp, binomial: ranef(m) of herd 14 is 0.970 before confint(m) and 1.142 after; after profile(m, which = 1) all conditional modes
#   are 0. fixef(), fitted(), predict() and logLik() stay, so that nothing shows it: the profile works on the fit's own predictor module,
#   and what is read off that module is the last point of the profile.
# What it means: take what you need of the random effects before the intervals, or fit again.
# Needs Debian's r-cran-lme4; RSCRIPT names another Rscript.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
cat > "$place/moved.R" <<'R'
suppressPackageStartupMessages(library(lme4))
m <- glmer(cbind(incidence, size - incidence) ~ period + (1 | herd), cbpp, family = binomial)
mode <- function() sprintf("%.3f", c(ranef(m)$herd["14", 1], predict(m)[52]))
before <- mode()
invisible(suppressMessages(confint(m)))
after <- mode()
invisible(suppressMessages(profile(m, which = 1)))
cat(as.character(packageVersion("lme4")), before[1], after[1], mode()[1], before[2] == after[2], "\n")
R
${RSCRIPT:-Rscript} --vanilla - < "$place/moved.R" | tee "$place/said"
read -r version before after profiled predicted < "$place/said"
case $version in 1.1.31 | 1.1.37) start=0.970 end=1.142 ;; 2.1.0) start=0.971 end=1.142 ;;
    *) echo "this is about lme4 1.1-31, 1.1-37 and 2.1-0, here is $version"; exit 2 ;; esac
[ "$before" = $start ] && [ "$after" = $end ] && [ "$profiled" = 0.000 ] && [ "$predicted" = TRUE ]
