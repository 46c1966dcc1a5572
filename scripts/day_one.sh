#!/bin/sh
# A user's first day, in a fresh checkout, with the R and the Python that are here: the parity table, R beside it, and a
# suite of their own in PLACE, stored, compared and tested. Run from the checkout: sh scripts/day_one.sh PLACE
set -eu
make parity
make r > made_r.txt 2>&1 || { cat made_r.txt; exit 1; }
cat made_r.txt
if grep "^--" made_r.txt; then echo "make r left something to mend"; exit 1; fi
PATH="$PWD/.venv/bin:$PATH"
pip install --quiet pytest

mkdir -p "$1"
cd "$1"
rparity new mine/first
cat > mine/_data.R << 'R'
library(lme4)
library(lmerTest)
d <- sleepstudy
R
cat > mine/slopes.R << 'R'
# The slopes model's summary, with its degrees of freedom.
source("_data.R")
m <- lmer(Reaction ~ Days + (Days | Subject), d)
print(summary(m))
list(beta = fixef(m), sd = as.data.frame(VarCorr(m))$sdcor, aic = AIC(m))
R
cat > mine/slopes.py << 'PYTHON'
"""The slopes model."""
import rparity as r
from translations.parity import case


@case()
def slopes(control=None):
    d = r.sleepstudy()
    m = r.lmer("Reaction ~ Days + (Days | Subject)", d, control=control)
    print(r.summary(m, ddf="Satterthwaite"))
    return {"beta": r.fixef(m), "sd": r.VarCorr(m).as_data_frame()["sdcor"].tolist(), "aic": r.AIC(m)}
PYTHON
cat > mine/models.R << 'R'
# Two models compared.
library(lme4)
less <- lmer(Reaction ~ Days + (1 | Subject), sleepstudy, REML = FALSE)
more <- lmer(Reaction ~ Days + (Days | Subject), sleepstudy, REML = FALSE)
print(anova(less, more))
list(table = anova(less, more))
R
cat > mine/models.py << 'PYTHON'
"""Two models compared."""
import rparity as r
from translations.parity import case


@case()
def models(control=None):
    sleepstudy = r.sleepstudy()
    less = r.lmer("Reaction ~ Days + (1 | Subject)", sleepstudy, REML=False, control=control)
    more = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy, REML=False, control=control)
    print(r.anova(less, more))
    return {"table": r.anova(less, more)}
PYTHON
rparity regenerate --suite mine
rparity check --suite mine
rparity check --suite mine --live
rparity check --suite mine --live --rscript Rscript
rparity regenerate --suite mine --check
pytest -q mine --require-r
