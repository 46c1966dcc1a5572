"""The points of a profile: the frame behind the intervals.

A row a point: zeta, all parameters, whose profile it is (`.par`) and the value of that parameter (`.focal`). Steps aim
at equal distances of zeta and end where it passes the square root of chi-squared's 99 % point. The parameters that are
not held stop with BOBYQA's noise, zeta with its square: rounding decides where, so that R's points are met only by
taking lme4's operations in lme4's order (`lme4.criterion.lme4_order`).
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme4", order=220, tolerance=tol.PROFILE)
def profile_points():
    sleepstudy = r.sleepstudy()
    m = r.lmer("Reaction ~ Days + (Days || Subject)", sleepstudy)
    points = r.profile(m).as_data_frame()
    return {"points": points}
