"""Oats: a split-plot design in blocks.

Yates's oats: six blocks, three plots of varieties each, four subplots of nitrogen. As nitrogen is a number
here, the types I and III part even in a balanced design: type I tests varieties at the mean of nitrogen (10
degrees of freedom), type III where there is none (21.6).
"""
import translations as r
from translations.cases.lme4._df import TOLERANCE, degrees_of_freedom
from translations.parity import case


@case(section="lme4", order=420, tolerance=TOLERANCE)
def df_oats(control=None):
    Oats = r.load("Oats")
    m = r.lmer("yield ~ nitro * Variety + (1 | Block/Variety)", Oats, control=control)
    print(r.summary(m, ddf="Kenward-Roger"))
    return degrees_of_freedom(m)
