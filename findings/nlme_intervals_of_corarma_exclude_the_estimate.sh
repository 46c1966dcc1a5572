#!/usr/bin/env bash
# nlme's intervals() of corARMA(p = 2): Phi1 is 0.599, its lower end 0.593 and its upper end 0.567.
#
# Versions: nlme 3.1-162 (R 4.2.2); 3.1-168 (4.5.0) and 3.1-171 (4.6.1) say the same.
# Guess (not written down before it was run): an interval has its estimate between its ends.
# Seen: both coefficients are functions of both parameters of the search, phi1 = r1 (1 - r2). The lower ends of all parameters are put
#   back together, and so are the upper ones: with r1 and r2 both low, 1 - r2 is high. Neither end says anything about Phi1.
# Needs R with nlme; RSCRIPT names another Rscript.
set -euo pipefail
said=$(${RSCRIPT:-Rscript} --vanilla - <<'R'
suppressPackageStartupMessages(library(nlme))
m <- gls(follicles ~ sin(2 * pi * Time) + cos(2 * pi * Time), Ovary, correlation = corARMA(form = ~ 1 | Mare, p = 2))
cat(sprintf("%.3f", intervals(m, which = "var-cov")$corStruct["Phi1", ]))
R
)
echo "$said"
[ "$said" = "0.593 0.599 0.567" ]
