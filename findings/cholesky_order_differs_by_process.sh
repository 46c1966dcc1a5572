#!/usr/bin/env bash
# lme4's Cholesky factor of one and the same model has another column order in another process of the same R.
#
# Versions: R 4.2.2, lme4 1.1-31, Matrix 1.5-3 (Debian 12's packages r-base-core, r-cran-lme4, r-cran-matrix).
# Guess before: the fill-reducing permutation depends on the pattern of non-zeros alone, so it is the same in every run.
# Seen: 60 observations, a slopes term on 3 levels and 15 levels nested in them. Of 24 fresh processes that run the same script
#   8 print the permutation 0 1 2 3 4 ... and 16 print 4 3 2 0 1 ... (another run: 11 and 13). The criterion then
#   differs in its last bit, beta in its 13th digit, and an optimizer that stops on rounding may stop elsewhere. With one effect
#   on the outer factor the order is always the same. Under R 4.5.0 (Matrix 1.7-3) and R 4.6.1: 16 of 16 print 4 3 2 0 1.
# What it means: asking the same R twice within one session, even with permuted rows, shows less noise than R has.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
version() { dpkg-query -W -f '${Version}' "$1" 2>/dev/null || true; }
if [ -z "$(version r-cran-lme4)" ]; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        r-base-core=4.2.2* r-cran-lme4=1.1-31* r-cran-matrix=1.5-3* > /dev/null
fi
case "$(version r-cran-lme4) $(version r-cran-matrix)" in
    "1.1-31-1 1.5-3-1") ;;
    *) echo "this is about lme4 1.1-31 with Matrix 1.5-3, here are $(version r-cran-lme4) and $(version r-cran-matrix)"; exit 2 ;;
esac
cat > "$place/order.R" <<'R'
suppressMessages(library(lme4))
d <- expand.grid(obs = 1:4, g = 1:15)
d$s <- factor((d$g - 1) %/% 5)
d$g <- factor(d$g)
d$x <- (7 * seq_len(60)) %% 11 + 1
d$y <- (13 * seq_len(60)) %% 17 + d$x
deviance <- lmer(y ~ x + (x | s) + (1 | g), d, devFunOnly = TRUE)
cat(environment(deviance)$pp$L()@perm[1:5], "\n")
R
for _ in $(seq 24); do Rscript --vanilla "$place/order.R"; done | sort | uniq -c | tee "$place/orders"
[ "$(wc -l < "$place/orders")" -gt 1 ]
