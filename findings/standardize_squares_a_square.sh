#!/usr/bin/env bash
# standardize_parameters(m) of effectsize squares twice what a formula squares: of I(x^2) it standardizes x^2, and fits its square.
#
# Versions: effectsize 0.8.3, parameters 0.20.2, datawizard 0.6.5, R 4.2.2 (Debian 12); in R 4.6 (effectsize 1.0.3) the same.
# Guess before: "refit" standardizes x and fits I(z^2), as the columns of the data are what it standardizes. That its answer was of
#   another model was seen first; that x^2 is standardized and squared again was the guess for it, made before it was computed.
# Seen: birthwt, bwt ~ age + I(lwt^2): the coefficient is that of the square of standardized lwt^2 (a fourth power of lwt), neither
#   that of the square of standardized lwt nor that of standardized lwt^2.
# Needs an Rscript of those versions; RSCRIPT names it (default: Rscript).
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
run() { ${RSCRIPT:-Rscript} --vanilla - < "$1"; }
echo 'cat(as.character(getRversion()), as.character(packageVersion("effectsize")), as.character(packageVersion("datawizard")))' > "$place/version.R"
found=$(run "$place/version.R")
[ "$found" = "4.2.2 0.8.3 0.6.5" ] || { echo "this is about R 4.2.2, effectsize 0.8.3, datawizard 0.6.5, here is $found"; exit 2; }
cat > "$place/square.R" <<'R'
b <- MASS::birthwt
z <- function(x) (x - mean(x)) / sd(x)
found <- effectsize::standardize_parameters(lm(bwt ~ age + I(lwt^2), b))$Std_Coefficient[3]
last <- function(m) unname(coef(m)[3])
same <- function(m) isTRUE(all.equal(found, last(m), tolerance = 1e-8))
cat(same(lm(z(bwt) ~ z(age) + I(z(lwt)^2), b)), same(lm(z(bwt) ~ z(age) + z(lwt^2), b)), same(lm(z(bwt) ~ z(age) + I(z(lwt^2)^2), b)), "\n")
R
run "$place/square.R" | tee "$place/said"
grep -q "^FALSE FALSE TRUE" "$place/said"
