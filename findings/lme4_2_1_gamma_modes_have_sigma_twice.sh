#!/usr/bin/env bash
# lme4 2.1: the standard errors of a Gamma model's conditional modes are ten times too small.
#
# Versions: R 4.6.1 with lme4 2.1-0 (Debian forky's r-cran-lme4); 1.1-31 and 1.1-37 have them right, for their own estimates.
# Guess (not written down before it was run): ranef(condVar = TRUE) holds the inverse curvature of the joint log density of responses
#   and effects at the mode.
# Seen: sleepstudy, Reaction ~ Days + (1 | Subject), Gamma with log link: by second differences of that density the first subject's mode
#   has a standard error of 0.0298, attr(, "postVar") says 0.0029: multiplied by sigma, 0.0973, once more. predict(se.fit = TRUE) has it
#   too.
# Needs an Rscript of that version; RSCRIPT names it (default: Rscript).
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
cat > "$place/modes.R" <<'R'
suppressPackageStartupMessages(library(lme4))
if (packageVersion("lme4") != "2.1.0") { cat("other", as.character(packageVersion("lme4")), "0 0\n"); quit() }
m <- suppressMessages(glmer(Reaction ~ Days + (1 | Subject), sleepstudy, family = Gamma(link = "log")))
modes <- ranef(m, condVar = TRUE)$Subject
said <- sqrt(attr(modes, "postVar")[1, 1, 1])
first <- subset(sleepstudy, Subject == rownames(modes)[1])
eta <- fixef(m)[1] + fixef(m)[2] * first$Days
between <- as.data.frame(VarCorr(m))$sdcor[1]
joint <- function(b) {
  sum(dgamma(first$Reaction, shape = 1 / sigma(m)^2, scale = exp(eta + b) * sigma(m)^2, log = TRUE)) + dnorm(b, 0, between, log = TRUE)
}
b <- modes[1, 1]
h <- 1e-3
right <- 1 / sqrt(-(joint(b + h) - 2 * joint(b) + joint(b - h)) / h^2)
cat("same", "2.1.0", sprintf("%.4f", c(right, said / sigma(m))), sprintf("%.4f", said), "\n")
R
${RSCRIPT:-Rscript} --vanilla - < "$place/modes.R" | tee "$place/said"
read -r which version right unscaled said < "$place/said"
[ "$which" = same ] || { echo "this is about lme4 2.1-0, here is $version"; exit 2; }
[ "$right" = 0.0298 ] && [ "$unscaled" = 0.0299 ] && [ "$said" = 0.0029 ]
