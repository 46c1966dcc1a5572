#!/usr/bin/env bash
# Once MuMIn is loaded, car's Anova() of an lme fit stops: "the condition has length > 1".
#
# Versions: MuMIn 1.48.19 with car 3.1-5, nlme 3.1-171, R 4.6.1 (Debian forky's r-cran-mumin, r-cran-car, r-cran-nlme).
# Guess before: loading a package for model selection adds its functions and changes no other package's tests.
# Seen: MuMIn registers a method of model.frame() for class lme whose second argument is `random`; car builds the design of the fit by
#   way of model.frame(fit, data), which met the default method before, and the data are now taken for `random`. The same call answers
#   before library(MuMIn) and stops after it: a script that ranks models and then tests their terms meets it.
# Needs an Rscript of that version with the three packages; RSCRIPT names it (default: Rscript).
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
run() { ${RSCRIPT:-Rscript} --vanilla - < "$1"; }
echo 'cat(as.character(getRversion()))' > "$place/version.R"
found=$(run "$place/version.R")
[ "$found" = 4.6.1 ] || { echo "this is about R 4.6.1, here is $found"; exit 2; }
cat > "$place/loaded.R" <<'R'
suppressPackageStartupMessages({ library(nlme); library(car) })
growth <- as.data.frame(Orthodont)
model <- lme(distance ~ age * Sex, growth, random = ~ age | Subject)
said <- function() tryCatch(sprintf("%.3f", Anova(model)$Chisq), error = conditionMessage)
cat("before:", said(), "\n")
suppressPackageStartupMessages(library(MuMIn))
cat("after:", said(), "\n")
R
run "$place/loaded.R" | tee "$place/said"
grep -q "^before: [0-9. ]* $" "$place/said" && grep -q "^after: the condition has length > 1 $" "$place/said"
