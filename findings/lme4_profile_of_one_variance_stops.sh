#!/usr/bin/env bash
# lme4 2.1's profile() stops for every covariance structure with one variance, once names by meaning are asked for.
#
# Versions: R 4.6.1, lme4 2.1-0 (Debian forky's packages r-base-core, r-cran-lme4).
# Guess (not written down before it was run): profile(m, signames = FALSE) works for cs(Days | Subject, hom = TRUE) as it does for hom = FALSE, and says
#   sd_*|Subject for the one standard deviation, since getME(m, "par") says Subject.*.
# Seen: for hom = FALSE the intervals come, after 25 s; for hom = TRUE it stops at once: "'names' attribute [4] must be the
#   same length as the vector [3]". It counts a name for each effect (getVCNames), where the structure has one variance.
# What it means: an interval of such a model by meaning has to be asked for with signames = TRUE and renamed.
set -euo pipefail
Rscript=${RSCRIPT:-Rscript}     # an R 4.6 elsewhere: RSCRIPT="chroot DIR Rscript"
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
if ! $Rscript -e 'stopifnot(packageVersion("lme4") == "2.1.0")' 2>/dev/null; then
    echo "this is about lme4 2.1-0; RSCRIPT says where there is one"; exit 2
fi
$Rscript --vanilla - > "$place/said" 2>&1 <<'R'
suppressMessages(library(lme4))
one <- lmer(Reaction ~ Days + cs(Days | Subject, hom = TRUE), sleepstudy, REML = FALSE)
print(names(getME(one, "par")))
cat(tryCatch({ profile(one, which = 1, signames = FALSE); "it works\n" }, error = conditionMessage), "\n")
R
cat "$place/said"
grep -q "must be the same length as the vector" "$place/said"
