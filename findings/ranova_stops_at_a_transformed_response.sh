#!/usr/bin/env bash
# lmerTest 3.2-1's ranova() stops for every model whose response is transformed in the formula, log(y) say; 3.1-3 answers.
#
# Versions: R 4.6.1, lme4 2.1-0, lmerTest 3.2-1 (Debian forky's r-base-core, r-cran-lme4, r-cran-lmertest); with R 4.2.2 and
#   4.5.0, whose lmerTest is 3.1-3, the same lines print a table.
# Guess before: a table with the rows "<none>" and "Days in (Days | Subject)", as 3.1-3 prints.
# Seen: "invalid type (special) for variable 'log'", after a warning of formula.character that a character vector of length > 1
#   was used: the left side of the formula is pasted as a vector, so log(Reaction) becomes "log~ ..." and "Reaction~ ...".
#   anova() and summary() of the same model answer, and ranova() of a model of log Reaction as a column of its own does too.
# Needs an Rscript of those versions; RSCRIPT names it (default: Rscript).
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
run() { ${RSCRIPT:-Rscript} --vanilla - < "$1"; }
echo 'cat(tryCatch(as.character(packageVersion("lmerTest")), error = function(e) "no"), "\n")' > "$place/version.R"
found=$(run "$place/version.R" | tr -d ' ')
[ "$found" = 3.2.1 ] || { echo "this is about lmerTest 3.2-1, here is $found"; exit 2; }
cat > "$place/ranova.R" <<'R'
suppressMessages(library(lmerTest))
inside <- lmer(log(Reaction) ~ Days + (Days | Subject), sleepstudy)
logged <- transform(sleepstudy, L = log(Reaction))
outside <- lmer(L ~ Days + (Days | Subject), logged)
said <- suppressWarnings(tryCatch({ranova(inside); "nothing"}, error = conditionMessage))
stopifnot(nrow(ranova(outside)) == 2, nrow(anova(inside)) == 1)
cat(said, "\n")
R
run "$place/ranova.R" | tee "$place/said"
grep -q "invalid type (special) for variable 'log'" "$place/said"
