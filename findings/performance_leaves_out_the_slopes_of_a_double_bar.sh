#!/usr/bin/env bash
# performance's R2 and ICC of uncorrelated random slopes, (x || g), count the variance of the intercepts alone.
#
# Versions: R 4.2.2, lme4 1.1-31, performance 0.10.2, insight 0.19.0 (Debian 12's r-cran-performance, r-cran-insight).
# Guess before: the random variance is the mean of z'Sz over the rows (Johnson 2014), so that R2 of Reaction ~ Days +
#   I(Days^2) + (Days || Subject) is about 0.798, close to 0.800 of the model with the correlation.
# Seen: 0.703, without a warning. insight sums VarCorr(m)[names(ranef(m))]: ranef joins both terms under "Subject", VarCorr keeps
#   them apart as Subject and Subject.1, and the second is never looked at. MuMIn's r.squaredGLMM (1.48.19) says 0.798. The same
#   under R 4.6.1 with performance 0.18.2.
# What it means: R2 falls by a tenth when || is written for |, which a reader takes for what the correlation explains.
set -euo pipefail
version() { dpkg-query -W -f '${Version}' "$1" 2>/dev/null || true; }
if [ -z "$(version r-cran-performance)" ]; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        r-base-core=4.2.2* r-cran-lme4=1.1-31* r-cran-performance=0.10.2* > /dev/null
fi
case "$(version r-cran-lme4) $(version r-cran-performance)" in
    "1.1-31-1 0.10.2"*) ;;
    *) echo "this is about lme4 1.1-31 with performance 0.10.2, here are $(version r-cran-lme4) and $(version r-cran-performance)"; exit 2 ;;
esac
Rscript - <<'R'
suppressMessages({ library(lme4); library(performance) })
r2 <- function(formula) as.numeric(r2_nakagawa(lmer(formula, sleepstudy))$R2_conditional)
apart <- lmer(Reaction ~ Days + I(Days^2) + (Days || Subject), sleepstudy)
v <- as.data.frame(VarCorr(apart))$vcov
fixed <- var(as.vector(getME(apart, "X") %*% fixef(apart)))
random <- v[1] + v[2] * mean(sleepstudy$Days^2)
right <- (fixed + random) / (fixed + random + v[3])
said <- as.numeric(r2_nakagawa(apart)$R2_conditional)
together <- r2(Reaction ~ Days + I(Days^2) + (Days | Subject))
cat(sprintf("(Days | Subject) %.3f, (Days || Subject) %.3f, by its variances %.3f\n", together, said, right))
quit(status = !(abs(said - 0.703) < 5e-4 && abs(right - 0.798) < 5e-4 && abs(together - 0.800) < 1e-3))
R
