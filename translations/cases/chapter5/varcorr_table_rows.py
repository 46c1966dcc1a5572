"""The rows of the random effects' table that belong to Subject.

All lines of the table but the residual's. As numbers: the rows of `VarCorr(m).as_data_frame()` whose `grp` is
"Subject".
"""

import translations as r
from translations.cases.chapter5._shared import mixedlm, mixedlm_varcorr, printed_part
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.5.2", order=29, tolerance=tol.OPTIMISER)
def varcorr_table_rows(control=None):
    sleep2 = r.sleep2()
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2, control=control)
    table = printed_part(r.summary(pp_mod), "Random effects:").split("\n")
    print("\n".join(table[1:4]))
    vc = r.VarCorr(pp_mod).as_data_frame()
    return {"VarCorr": vc[vc["grp"] == "Subject"]}


@varcorr_table_rows.by("statsmodels")
def with_statsmodels():
    return {"VarCorr": mixedlm_varcorr(mixedlm()).head(3)}
