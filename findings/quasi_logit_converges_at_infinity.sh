#!/usr/bin/env bash
# R's glm(low ~ age, quasi(link = "logit", variance = "mu(1-mu)")) says that it converged, with coefficients of 6e14.
#
# Versions: R 4.2.2 (Debian 12); 4.5.0 and 4.6.1 answer alike. Data: MASS::birthwt.
# Guess (not written down before it was run): this quasi family has the link and the variance of quasibinomial, so the estimates are the
#   same: 0.385 and -0.0512.
# Seen: 5.8e14 and -8.5e13, converged, without a warning. Its first means are the answers themselves, moved to 0.001 and 0.999, where
#   quasibinomial's are 0.25 and 0.75: from there the first steps leave for means of 0 and 1, whose deviance no longer changes. With
#   start = coef(lm(low ~ age)) it comes to 0.385. mtcars' am ~ wt converges from both.
# Needs r-base-core and r-cran-mass; RSCRIPT names another Rscript.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
cat > "$place/quasi.R" <<'R'
data(birthwt, package = "MASS")
heard <- 0
of <- function(family, ...) withCallingHandlers(glm(low ~ age, family, birthwt, ...), warning = function(w) heard <<- heard + 1)
same <- quasi(link = "logit", variance = "mu(1-mu)")
fits <- list(of(quasibinomial()), of(same), of(same, start = coef(lm(low ~ age, birthwt))))
cat(as.character(getRversion()), heard, sprintf("%.4g", sapply(fits, function(m) coef(m)[[1]])), fits[[2]]$converged, "\n")
R
${RSCRIPT:-Rscript} --vanilla - < "$place/quasi.R" | tee "$place/said"
read -r version heard binomial alike started converged < "$place/said"
case $version in 4.2.2 | 4.5.0 | 4.6.1) ;; *) echo "this is about R 4.2.2, 4.5.0 and 4.6.1, here is $version"; exit 2 ;; esac
[ "$binomial" = 0.3846 ] && [ "$started" = 0.3846 ] && [ "$converged" = TRUE ]
case $alike in *e+1[0-9]) ;; *) exit 1 ;; esac
