#!/usr/bin/env bash
# lme4's simulate(formula, offset =) takes an offset and simulates without it.
#
# Versions: lme4 1.1-31 (Debian 12); 1.1-37 and 2.1-0 (Debian 13, forky) answer alike.
# Guess (not written down before it was run): offset = rep(100, n) adds 100 to every response, as offset(o) in the formula does.
# Seen: with one seed the responses are the same with offset = rep(100, 20) as without; with ~ x + offset(o) + (1 | g) and o = 100 in the
#   data they are 100 higher. The argument reaches the model that is built, whose new data have no offset of their own, and it is the
#   prediction for new data that is simulated about. No warning.
# Needs Debian's r-cran-lme4; RSCRIPT names another Rscript.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
cat > "$place/offset.R" <<'R'
suppressPackageStartupMessages(library(lme4))
d <- data.frame(x = rep(0:3, 5), g = gl(5, 4), o = 100)
by <- list(beta = c(1, 0.5), theta = 0.8, sigma = 1)
of <- function(...) suppressMessages(mean(simulate(..., seed = 1, newdata = d, newparams = by)[[1]]))
plain <- of(~ x + (1 | g))
cat(as.character(packageVersion("lme4")), sprintf("%.3f", c(of(~ x + (1 | g), offset = rep(100, 20)), of(~ x + offset(o) + (1 | g))) - plain),
    "\n")
R
${RSCRIPT:-Rscript} --vanilla - < "$place/offset.R" | tee "$place/said"
read -r version argument term < "$place/said"
case $version in 1.1.31 | 1.1.37 | 2.1.0) ;; *) echo "this is about lme4 1.1-31, 1.1-37 and 2.1-0, here is $version"; exit 2 ;; esac
[ "$argument" = 0.000 ] && [ "$term" = 100.000 ]
