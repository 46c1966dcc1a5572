#!/bin/sh
# ggeffects 2.3.2 with lme4 2.1-0: the confidence limits of a generalized mixed model's predictions are far too near.
#
# Expected (the guess was not written down beforehand): ggpredict() of a binomial glmer has the limits plogis(eta -+ 1.96 se), se of the link's scale,
# as ggeffects 2.2.1 has with lme4 1.1-37 and as emmeans(type = "response") has: 0.14 to 0.28 for cbpp's first period.
# Seen (R 4.6, ggeffects 2.3.2, lme4 2.1-0, 2026-11-30): 0.187 to 0.210. predict(se.fit = TRUE) of this lme4 gives standard
# errors on the response's scale (0.036), and ggeffects uses them as ones on the link's (0.23).
# Needs R with lme4 >= 2.0 and ggeffects >= 2.3 (Debian forky: r-cran-lme4, r-cran-ggeffects). RSCRIPT: that R's Rscript.
# Exits 0 while this is so, 1 when it changed, 2 where these releases are not at hand.
set -eu
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cat > "$dir/ask.R" <<'R'
suppressPackageStartupMessages({ library(lme4); library(ggeffects) })
if (packageVersion("lme4") < "2.0" || packageVersion("ggeffects") < "2.3") { cat("other releases\n"); quit(status = 2) }
m <- glmer(cbind(incidence, size - incidence) ~ period + (1 | herd), cbpp, binomial)
found <- suppressMessages(as.data.frame(ggpredict(m, "period")))[1, ]
eta <- fixef(m)[[1]]
wald <- plogis(eta + c(-1, 1) * qnorm(0.975) * sqrt(as.matrix(vcov(m))[1, 1]))
cat("ggpredict:", found$conf.low, found$conf.high, " Wald on the link's scale:", wald, "\n")
narrow <- (found$conf.high - found$conf.low) < 0.25 * diff(wald)
quit(status = if (narrow) 0 else 1)
R
${RSCRIPT:-Rscript} - < "$dir/ask.R"
