#!/usr/bin/env bash
# R 4.2's exact ks.test(y, x, alternative = "less") with ties: p is 0.029 where all arrangements give 0.114.
#
# Versions: R 4.2.2 (Debian 12's r-base-core). 4.5.0 and 4.6.1 have it right.
# Guess (not written down before it was run): "less" of y and x is "greater" of x and y, the same question, so the same p-value.
# Seen: x = 1, 2, 2 and y = 2, 3, 3, 4: ks.test(x, y, alternative = "greater", exact = TRUE) has D = 0.75 and p = 0.114, which is 4 of the
#   35 ways to choose three of the seven values; with the samples exchanged and "less" D is the same and p is 0.029, 1 of 35. Without
#   ties both agree.
# Needs Debian 12's R; RSCRIPT names another Rscript.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
cat > "$place/ties.R" <<'R'
x <- c(1, 2, 2)
y <- c(2, 3, 3, 4)
p <- function(a, b, side) suppressWarnings(ks.test(a, b, alternative = side, exact = TRUE))$p.value
z <- c(x, y)
above <- function(i) max(ecdf(z[i])(z) - ecdf(z[-i])(z))
counted <- mean(combn(7, 3, above) >= above(1:3) - 1e-9)
cat(as.character(getRversion()), sprintf("%.4f", c(p(x, y, "greater"), p(y, x, "less"), counted)), "\n")
R
${RSCRIPT:-Rscript} --vanilla - < "$place/ties.R" | tee "$place/said"
read -r version greater less counted < "$place/said"
[ "$version" = 4.2.2 ] || { echo "this is about R 4.2.2, here is $version"; exit 2; }
[ "$greater" = 0.1143 ] && [ "$counted" = 0.1143 ] && [ "$less" = 0.0286 ]
