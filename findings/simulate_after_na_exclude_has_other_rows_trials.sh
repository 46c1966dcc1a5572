#!/usr/bin/env bash
# simulate() of a binomial glm draws rows with the numbers of trials of others, where na.exclude left a row out.
#
# Versions: R 4.2.2 (Debian 12); 4.5.0 and 4.6.1 (Debian 13, forky) answer alike.
# Guess (not written down before it was run): NA in the row that was left out, in every other as many successes and failures as it
#   has trials; na.exclude is there so that results have the rows of the data.
# Seen: eight herds of cbpp, row 3 without its covariate. Rows 1 and 2 have their 14 and 12 trials, rows 4 to 6 have 22, 18 and
#   21, those of rows 5 to 7: the seven prior weights are recycled over eight fitted values. A warning says that a longer length
#   is no multiple of a shorter.
# What it means: simulated proportions, weights of Gamma and gaussian models likewise, vary as others do. na.omit is right.
# RSCRIPT names another Rscript.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
cat > "$place/trials.R" <<'R'
d <- data.frame(y = c(2, 3, 4, 0, 3, 1, 1, 8), n = c(14, 12, 9, 5, 22, 18, 21, 22), x = c(1, 2, NA, 4, 5, 6, 7, 8))
totals <- function(action) rowSums(simulate(glm(cbind(y, n - y) ~ x, binomial, d, na.action = action), 1, seed = 1)$sim_1)
cat(paste(R.version$major, R.version$minor, sep = "."), "excluded", suppressWarnings(totals(na.exclude)))
cat(" omitted", totals(na.omit), "\n")
R
${RSCRIPT:-Rscript} --vanilla - < "$place/trials.R" | tee "$place/said"
version=$(cut -d' ' -f1 "$place/said")
case $version in 4.2.* | 4.5.* | 4.6.*) ;; *) echo "this is about R 4.2, 4.5 and 4.6, here is $version"; exit 2 ;; esac
grep -q "excluded 14 12 NA 22 18 21 22 14 omitted 14 12 5 22 18 21 22" "$place/said"
