#!/usr/bin/env bash
# One model, written in two ways that lme4 2.1 allows, has 17 or 42 Kenward-Roger degrees of freedom.
#
# Versions: R 4.6.1, lme4 2.1-0, pbkrtest 0.5.5 (Debian forky's packages).
# Guess (not written down before it was run): cs(0 + f | g, hom = TRUE), one variance and one correlation, is the model of (1 | g) + (1
#   | g:f); estimates, adjusted standard errors and degrees of freedom agree to the digits that the optimizers leave.
# Seen: log-likelihood and adjusted standard error agree, 42 degrees of freedom (41.8) for the second and 17 for the first, the number
#   of the unstructured model: pbkrtest takes the matrix of each term for as many parameters as it has entries, here ten for the
#   structure's two.
# Needs an Rscript of those versions; RSCRIPT names it (default: Rscript).
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
cat > "$place/structure.R" <<'R'
suppressPackageStartupMessages({ library(lme4); library(pbkrtest) })
if (packageVersion("lme4") != "2.1.0") { cat("other", as.character(packageVersion("lme4")), "0 0 0 0\n"); quit() }
sleepstudy$f <- factor(sleepstudy$Days %/% 3)
structure <- suppressMessages(lmer(Reaction ~ f + cs(0 + f | Subject, hom = TRUE), sleepstudy))
nested <- lmer(Reaction ~ f + (1 | Subject) + (1 | Subject:f), sleepstudy)
se <- sapply(list(structure, nested), function(m) sqrt(vcovAdj(m)[2, 2]))
df <- sapply(list(structure, nested), get_Lb_ddf, c(0, 1, 0, 0))
cat("same", as.character(packageVersion("pbkrtest")), sprintf("%.3f", logLik(structure) - logLik(nested)), sprintf("%.3f", se[1] - se[2]),
    sprintf("%.1f", df), "\n")
R
${RSCRIPT:-Rscript} --vanilla - < "$place/structure.R" | tee "$place/said"
read -r which version likelihood se structure nested < "$place/said"
[ "$which" = same ] || { echo "this is about lme4 2.1-0, here is $version"; exit 2; }
[ "${likelihood#-}" = 0.000 ] && [ "${se#-}" = 0.000 ] && [ "$structure" = 17.0 ] && [ "$nested" = 41.8 ]
