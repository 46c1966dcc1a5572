#!/usr/bin/env bash
# lme4's vcov(m, full = TRUE) of a nested model has its values beside other effects' names, and predict(se.fit = TRUE) uses them.
#
# Versions: lme4 1.1-37 (R 4.5.0, Debian 13) and 2.1-0 (R 4.6.1, Debian forky): packages r-base-core and r-cran-lme4.
# Expected (the guess was not written down beforehand): with the variances given it is the covariance of the errors of b and
#   beta, G - GZ'PZG for the random effects, to rounding, as it is for sleepstudy's slopes and for Penicillin's crossed factors.
# Seen: for lme4's own example of nested factors, strength ~ 1 + (1 | batch/cask) on Pastes, it differs by up to 4.21 (sigma^2 is
#   0.68), and the variances are not even the same set. vcov_full solves with the triangle of the sparse factor alone
#   (system = "L"), without its fill-reducing permutation, which is not the identity where factors are nested. So are the
#   standard errors of predict(m, se.fit = TRUE): 1.251 for each of the first casks, 0.573 by dense algebra. Both releases.
# What it means: for nested models take standard errors of predictions from elsewhere.
#
# RSCRIPT may name the R to ask, such as RSCRIPT="chroot DIR Rscript".
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
ask=${RSCRIPT:-Rscript}
if [ -z "${RSCRIPT:-}" ] && ! command -v Rscript > /dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        'r-cran-lme4=1.1-37*' > /dev/null
fi
cat > "$place/full.R" <<'R'
suppressMessages(library(lme4))
version <- as.character(packageVersion("lme4"))
if (!version %in% c("1.1.37", "2.1.0")) { cat("this is about lme4 1.1-37 and 2.1-0, here is", version, "\n"); quit(status = 2) }
off <- function(m) {
  Z <- as.matrix(getME(m, "Z")); X <- getME(m, "X")
  G <- tcrossprod(as.matrix(getME(m, "Lambda"))) * sigma(m)^2
  V <- solve(Z %*% G %*% t(Z) + diag(sigma(m)^2, nrow(X)))
  P <- V - V %*% X %*% solve(t(X) %*% V %*% X, t(X) %*% V)
  q <- seq_len(ncol(Z))
  max(abs(as.matrix(vcov(m, full = TRUE))[q, q] - (G - G %*% t(Z) %*% P %*% Z %*% G)))
}
nested <- off(lmer(strength ~ 1 + (1 | batch/cask), Pastes))
crossed <- off(lmer(diameter ~ 1 + (1 | plate) + (1 | sample), Penicillin))
cat(version, "nested", nested, "crossed", crossed, "\n")
quit(status = if (nested > 4 && crossed < 1e-9) 0 else 1)
R
# shellcheck disable=SC2086
$ask --vanilla - < "$place/full.R"
