#!/usr/bin/env bash
# lmerTest's Satterthwaite degrees of freedom depend on the unit of the response, once sigma is below some 2e-5.
#
# Versions: lmerTest 3.1-3 (Debian 12); 3.2-1 with R 4.6.1 (Debian forky) answers alike.
# Guess (not written down before it was run): degrees of freedom have no unit: seconds and tens of microseconds give the same.
# Seen: sleepstudy, Reaction ~ Days + (Days | Subject): 17.0 in milliseconds (sigma 25.6), in seconds and in units where sigma is
#   2.6e-5; where it is 2.6e-6 the intercept and the slope have 6.37, with the same estimates. Derivatives are by numDeriv, whose steps
#   are a tenth of a parameter but 1e-4 where that is below 1.8e-5: there they reach across sigma = 0.
# Needs Debian's r-cran-lmertest; RSCRIPT names another Rscript.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
cat > "$place/units.R" <<'R'
suppressPackageStartupMessages(library(lmerTest))
df <- function(unit) {
  m <- suppressMessages(suppressWarnings(lmer(Reaction ~ Days + (Days | Subject), transform(lme4::sleepstudy, Reaction = Reaction * unit))))
  suppressMessages(suppressWarnings(coef(summary(m))["Days", "df"]))
}
cat(as.character(packageVersion("lmerTest")), sprintf("%.2f", c(df(1), df(1e-6), df(1e-7))), "\n")
R
${RSCRIPT:-Rscript} --vanilla - < "$place/units.R" | tee "$place/said"
read -r version milliseconds small smaller < "$place/said"
case $version in 3.1.3 | 3.2.1) ;; *) echo "this is about lmerTest 3.1-3 and 3.2-1, here is $version"; exit 2 ;; esac
[ "$milliseconds" = 17.00 ] && [ "$small" = 17.00 ] && [ "$smaller" = 6.37 ]
