#!/usr/bin/env bash
# emmeans' joint_tests() gives the same model other degrees of freedom when the levels of its factors are put in another order.
#
# Versions: emmeans 1.8.4-1 with lme4 1.1-31, pbkrtest 0.5.2, R 4.2.2 (Debian 12).
# Guess before: names and order of levels change nothing in a table of F tests: 77.65 on both sides, as F and all else are equal.
# Seen: cake without two cells, Kenward-Roger: "(confounded)" has df2 = 77.65 with the levels as they are and 78.35 with them
#   reversed; F (3.850), df1 (3) and the criterion are equal. df2 is the smallest of the degrees of freedom of single
#   directions, and where cells are empty the directions are an arbitrary basis from a singular value decomposition; the same
#   data answer 78.35 in R 4.6 whichever way the levels stand. An F test of three contrasts has one pair of degrees of freedom
#   (Kenward & Roger 1997, section 3), which does not depend on a basis.
# Needs an Rscript of those versions; RSCRIPT names it (default: Rscript).
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
run() { ${RSCRIPT:-Rscript} --vanilla - < "$1"; }
echo 'cat(as.character(getRversion()), as.character(packageVersion("emmeans")), as.character(packageVersion("lme4")))' > "$place/version.R"
found=$(run "$place/version.R")
[ "$found" = "4.2.2 1.8.4.1 1.1.31" ] || { echo "this is about R 4.2.2, emmeans 1.8.4.1, lme4 1.1.31, here is $found"; exit 2; }
cat > "$place/order.R" <<'R'
suppressPackageStartupMessages({ library(lme4); library(emmeans) })
cake$temperature <- factor(cake$temperature, ordered = FALSE)
seen <- subset(cake, !(recipe == "B" & temperature %in% c("185", "195")))
turned <- transform(seen, recipe = factor(recipe, rev(levels(recipe))), temperature = factor(temperature, rev(levels(temperature))))
for (d in list(seen, turned)) {
  m <- suppressMessages(lmer(angle ~ recipe * temperature + (1 | recipe:replicate), d))
  left <- subset(as.data.frame(joint_tests(m)), `model term` == "(confounded)")
  cat(left$df1, left$df2, left$F.ratio, format(REMLcrit(m), digits = 7), "\n")
}
R
run "$place/order.R" | tee "$place/said"
[ "$(cut -d' ' -f2 "$place/said" | sort -u | wc -l)" = 2 ] && [ "$(cut -d' ' -f1,3,4 "$place/said" | sort -u | wc -l)" = 1 ]
