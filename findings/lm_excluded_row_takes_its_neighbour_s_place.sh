#!/usr/bin/env bash
# R's cooks.distance() and dffits() of an lm with a weight of 0 and na.exclude give an innocent row 0.
#
# Versions: R 4.2.2 (Debian 12); 4.5.0 and 4.6.1 answer alike.
# Guess (not written down before it was run): na.exclude puts NA where a row was left out and changes no other; a row of weight 0 has
#   no Cook's distance.
# Seen: eight rows, the third of weight 0, the fifth without a response. Row 6 has a Cook's distance of 0.0706 by na.omit and of 0 by
#   na.exclude, its name is that of row 5 or NA, and row 5, which is not in the fit, has a covratio of 1.585. lm.influence() drops the
#   rows of weight 0 and then puts NA back at places that were counted with them.
# Needs r-base-core; RSCRIPT names another Rscript.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
cat > "$place/moved.R" <<'R'
d <- data.frame(x = 1:8, y = c(2.1, 3.9, 6.2, 7.8, NA, 12.1, 13.8, 16.3), w = c(1, 2, 0, 1, 1, 2, 1, 1))
fit <- function(action) lm(y ~ x, d, weights = w, na.action = action)
cat(as.character(getRversion()), sprintf("%.4f", c(cooks.distance(fit(na.omit))[["6"]], cooks.distance(fit(na.exclude))[["6"]],
    covratio(fit(na.exclude))[["5"]])), "\n")
R
${RSCRIPT:-Rscript} --vanilla - < "$place/moved.R" | tee "$place/said"
read -r version right wrong absent < "$place/said"
case $version in 4.2.2 | 4.5.0 | 4.6.1) ;; *) echo "this is about R 4.2.2, 4.5.0 and 4.6.1, here is $version"; exit 2 ;; esac
[ "$right" = 0.0706 ] && [ "$wrong" = 0.0000 ] && [ "$absent" = 1.5853 ]
