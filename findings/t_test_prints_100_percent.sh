#!/usr/bin/env bash
# R 4.6's t.test() prints "100 percent confidence interval" above the 99.95 percent one, and 98 for 97.5 at digits = 4.
#
# Versions: R 4.6.1 (Debian forky's r-base-core); R 4.2.2 and 4.5.0 print 99.95 and 97.5.
# Guess before: the heading says the level that was asked for, "99.95 percent confidence interval", as all R did before.
# Seen: print.htest now formats 100 * conf.level with max(2, digits - 4) significant digits, three by default, so a level
#   from 99.95 on is 100 percent, where an interval would have no end; the interval below it is that of 99.95. Every test of class
#   "htest" that has an interval is printed so (var.test, binom.test, cor.test, ...).
# Needs an Rscript of that version; RSCRIPT names it (default: Rscript).
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
run() { ${RSCRIPT:-Rscript} --vanilla - < "$1"; }
echo 'cat(as.character(getRversion()))' > "$place/version.R"
found=$(run "$place/version.R")
[ "$found" = 4.6.1 ] || { echo "this is about R 4.6.1, here is $found"; exit 2; }
cat > "$place/level.R" <<'R'
print(t.test(sleep$extra, conf.level = 0.9995))
print(t.test(sleep$extra, conf.level = 0.975), digits = 4)
R
run "$place/level.R" | grep "percent" | tee "$place/said"
printf '100 percent confidence interval:\n98 percent confidence interval:\n' | cmp - "$place/said"
