#!/usr/bin/env bash
# dummy.coef() of a model with poly(x, 2) gives the factor behind it the polynomial's coefficient, and each level the next level's.
#
# Versions: R 4.2.2 (Debian 12's r-base-core); 4.6.1 answers the same. Base R alone, no package.
# Guess before: as its help says, the coefficients in terms of the original levels of the factors: 0, 3.104 and 4.272 for the three
#   species of iris, whatever numeric terms stand before them.
# Seen: a numeric term is given one coefficient, whatever its columns, so all terms after poly(x, 2), ns(x, df) or a matrix are read
#   one place too early: versicolor is -0.958, which is the polynomial's second coefficient, and virginica 3.104, which is
#   versicolor's; nothing is said. With the factor first its levels are right.
# Needs an Rscript of that version; RSCRIPT names it (default: Rscript).
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
run() { ${RSCRIPT:-Rscript} --vanilla - < "$1"; }
echo 'cat(as.character(getRversion()))' > "$place/version.R"
found=$(run "$place/version.R")
[ "$found" = 4.2.2 ] || { echo "this is about R 4.2.2, here is $found"; exit 2; }
cat > "$place/levels.R" <<'R'
behind <- lm(Petal.Length ~ poly(Sepal.Width, 2) + Species, iris)
before <- lm(Petal.Length ~ Species + poly(Sepal.Width, 2), iris)
cat("coefficients  ", sprintf("%.3f", coef(behind)[4:5]), "\n")
cat("factor behind ", sprintf("%.3f", dummy.coef(behind)$Species), "\n")
cat("factor first  ", sprintf("%.3f", dummy.coef(before)$Species), "\n")
R
run "$place/levels.R" | tee "$place/said"
printf '%s\n' "coefficients   3.104 4.272 " "factor behind  0.000 -0.958 3.104 " "factor first   0.000 3.104 4.272 " | cmp - "$place/said"
