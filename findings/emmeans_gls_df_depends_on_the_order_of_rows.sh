#!/usr/bin/env bash
# emmeans of a gls() fit has other degrees of freedom when the rows of the data stand in another order: 25 become 36 and 43.
#
# Versions: emmeans 1.8.4-1 with nlme 3.1-162, R 4.2.2 (Debian 12's r-cran-emmeans, r-cran-nlme); in R 4.6.1 (emmeans 2.0.4) the same.
# Guess before: a table in order of time is the same data as one in order of subjects, so means, errors and Satterthwaite's degrees of
#   freedom are the same, as estimates and errors are.
# Seen: emmeans differentiates the covariance by calling nlme's glsEstimate() on a design that it makes of the data as they stand,
#   while the correlation structure takes rows to be sorted by group, which gls() sees to and this does not. 24.98 degrees of freedom
#   of 27 children become 36.17 and 43.32, without a word, where rows are sorted by age, as tables of repeated measures often are.
# Needs an Rscript of that version with both packages; RSCRIPT names it (default: Rscript).
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
run() { ${RSCRIPT:-Rscript} --vanilla - < "$1"; }
echo 'cat(as.character(packageVersion("emmeans")))' > "$place/version.R"
found=$(run "$place/version.R")
[ "$found" = 1.8.4.1 ] || { echo "this is about emmeans 1.8.4.1, here is $found"; exit 2; }
cat > "$place/order.R" <<'R'
suppressPackageStartupMessages({ library(nlme); library(emmeans) })
of <- function(data) {
  model <- gls(distance ~ age + Sex, data, correlation = corCompSymm(form = ~ 1 | Subject))
  means <- as.data.frame(emmeans(model, "Sex", data = data))
  sprintf("%.6f %.2f", means$SE, means$df)
}
children <- as.data.frame(Orthodont)
cat("by child", of(children), "\n")
cat("by age  ", of(children[order(children$age), ]), "\n")
R
run "$place/order.R" | tee "$place/said"
printf '%s\n' "by child 0.486001 24.98 0.586139 24.98 " "by age   0.486001 36.17 0.586139 43.32 " | cmp - "$place/said"
