"""One page, five ways: the chapter's slope, tested and bounded.

The t value read as normal gives a p-value sixteen thousand times too small. The other four agree that p is a
few in a million, which 99 bootstrap samples can only call 0.01: that method's p-values are multiples of 1 /
(nsim + 1). Kenward and Roger are exact here, since the design is balanced; then 17 degrees of freedom and the
interval from 7.54 to 15.33 are the textbook's.
"""
import translations as r
from translations.cases.lme4._df import FIVE, SATTERTHWAITE
from translations.parity import case
from translations.parity import tolerances as tol

TOLERANCES = {"estimate": tol.FIXEF, "statistic": FIVE, "df": SATTERTHWAITE, "p": FIVE, "interval": FIVE}


@case(section="lme4", order=440, tolerance=TOLERANCES)
def one_page_five_ways(control=None):
    sleep2 = r.sleep2()
    m = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2, control=control)
    page = r.five_ways(m, "days_deprived", nsim=99, seed=2)
    return {"estimate": page["estimate"].iloc[0], "statistic": page["statistic"], "df": page["df"],
            "p": page["p.value"], "interval": page[["lower", "upper"]]}
