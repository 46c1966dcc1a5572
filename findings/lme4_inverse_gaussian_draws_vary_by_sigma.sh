#!/usr/bin/env bash
# simulate() of an inverse Gaussian glmer draws responses with variance sigma mu^3, where the fitted one is sigma^2 mu^3.
#
# Versions: lme4 1.1-31 (Debian 12); 1.1-37 and 2.1-0 (Debian 13, forky) answer alike.
# Guess (not written down before it was run): responses drawn of a fit vary about their means as the data do. For Gamma models 1.1-35.4
#   mended this.
# Seen: sleepstudy in tenths of a second, log link: draws have 16 to 18 times the variance that sigma says. Parametric bootstraps and
#   simulated residuals of such models come from another model than the fitted one.
# Needs Debian's r-cran-lme4 and r-cran-statmod; RSCRIPT names another Rscript.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
cat > "$place/draws.R" <<'R'
suppressPackageStartupMessages(library(lme4))
invisible(loadNamespace("statmod"))
m <- suppressWarnings(suppressMessages(
  glmer(Reaction ~ Days + (1 | Subject), transform(sleepstudy, Reaction = Reaction / 100), family = inverse.gaussian(link = "log"))))
y <- as.matrix(simulate(m, 500, seed = 1, re.form = NULL))
spread <- mean((y - fitted(m))^2 / fitted(m)^3)
cat(as.character(packageVersion("lme4")), sprintf("%.2f", spread / sigma(m)), sprintf("%.0f", spread / sigma(m)^2), "\n")
R
${RSCRIPT:-Rscript} --vanilla - < "$place/draws.R" | tee "$place/said"
read -r version of_sigma of_square < "$place/said"
case $version in 1.1.31 | 1.1.37 | 2.1.0) ;; *) echo "this is about lme4 1.1-31, 1.1-37 and 2.1-0, here is $version"; exit 2 ;; esac
case $of_sigma in 0.9? | 1.0?) ;; *) exit 1 ;; esac
[ "$of_square" -gt 10 ]
