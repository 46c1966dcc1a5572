#!/usr/bin/env bash
# exactRLRT of RLRsim gives a variance that is estimated as exactly zero a p-value of 0.44 where it means to give 1.
#
# Versions: RLRsim 3.1-8, lme4 1.1-31, R 4.2.2 (Debian 12); RLRsim 3.1-9 with lme4 2.1-0 the same.
# Guess before: of Dyestuff2, whose variance between batches is zero, the statistic is 0, nothing is simulated and p is 1, as its code says.
# Seen: the statistic is 5.7e-14: the restricted likelihood without the effect is found by another formula than lme4's with it, and
#   the two differ in their last bit. The share of simulated statistics above that is the share above 0: 0.4384. In another unit of
#   the response (Yield / 3) the last bits fall the other way, and p is 1.
# Needs an Rscript of those versions; RSCRIPT names it (default: Rscript).
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
run() { ${RSCRIPT:-Rscript} --vanilla - < "$1"; }
cat > "$place/version.R" <<'R'
have <- function(x) if (requireNamespace(x, quietly = TRUE)) as.character(packageVersion(x)) else "no"
cat(as.character(getRversion()), have("RLRsim"), have("lme4"))
R
found=$(run "$place/version.R")
case $found in "4.2.2 3.1.8 1.1.31" | "4.6.1 3.1.9 2.1.0") ;; *) echo "this is about RLRsim 3.1-8, here is R, RLRsim, lme4 $found"; exit 2 ;; esac
cat > "$place/zero.R" <<'R'
suppressPackageStartupMessages({library(lme4); library(RLRsim)})
p <- sapply(c(1, 2, 3, 7, 10, 100), function(unit) {
  m <- suppressMessages(lmer(I(Yield / unit) ~ 1 + (1 | Batch), Dyestuff2))
  x <- suppressMessages(exactRLRT(m, seed = 1))
  print(c(unit = unit, theta = unname(getME(m, "theta")), x$statistic, p = x$p.value))
  x$p.value
})
cat(p[1] < 0.45, any(p == 1), "\n")
R
run "$place/zero.R" | tee "$place/said"
grep -q "^TRUE TRUE" "$place/said"
