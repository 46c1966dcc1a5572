#!/usr/bin/env bash
# hatvalues() of a glmer fit are above 1, and add up to more than there are observations.
#
# Versions: lme4 1.1-31 (Debian 12); 1.1-37 and 2.1-0 (Debian 13, forky) answer alike.
# Guess (not written down before it was run): diagonal elements of a hat matrix lie between 0 and 1, and their sum, 10 or so, is the
#   number of effective parameters.
# Seen: cbpp, 56 rows, binomial: from 0.40 to 6.66, with a sum of 163.5. They are the leverages times prior weights over working
#   weights. A warning says that the matrix may not make sense for generalized models, not that its scale is off.
# What it means: Cook's distances and standardized residuals that divide by 1 - h turn negative or NaN.
# Needs Debian's r-cran-lme4; RSCRIPT names another Rscript.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
cat > "$place/hat.R" <<'R'
suppressPackageStartupMessages(library(lme4))
h <- suppressWarnings(hatvalues(glmer(cbind(incidence, size - incidence) ~ period + (1 | herd), cbpp, family = binomial)))
cat(as.character(packageVersion("lme4")), length(h), sprintf("%.1f", c(range(h), sum(h))), "\n")
R
${RSCRIPT:-Rscript} --vanilla - < "$place/hat.R" | tee "$place/said"
read -r version n least most sum < "$place/said"
case $version in 1.1.31 | 1.1.37 | 2.1.0) ;; *) echo "this is about lme4 1.1-31, 1.1-37 and 2.1-0, here is $version"; exit 2 ;; esac
[ "$n" = 56 ] && [ "$least" = 0.4 ] && [ "$most" = 6.7 ]
case $sum in 163.*) ;; *) exit 1 ;; esac
