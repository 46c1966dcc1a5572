"""What figures there are: name, title, what they show, and where they are plotted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from inspect import signature
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from plotnine import ggplot

CURE = "pip install 'rparity[figures]'"


class MissingPlotnine(ImportError):
    """plotnine is not installed. The message is the command that mends it."""


@dataclass(frozen=True)
class Figure:
    """One figure; inches. What draws it is the function `plot` of the case of its name; in a file its caption says
    what bars, verticals or contours are, and `x_title` what an axis is that R leaves without a title.
    """

    name: str
    title: str
    alt: str
    width: float = 8.0
    height: float = 6.0
    caption: str = ""
    x_title: str = ""

    def lettered(self, plot: Any) -> Any:
        """The plot with the caption and the title of the axis."""
        from plotnine import labs

        told = {name: text for name, text in (("caption", self.caption), ("x", self.x_title)) if text}
        return plot + labs(**told) if told else plot

    def draw(self, pp_mod: Any = None) -> ggplot:
        """The plot; where it is one of a mixed model, of `pp_mod`, or of the chapter's. Raises MissingPlotnine."""
        require_plotnine()
        plot: Callable[..., ggplot] = import_module(f"translations.cases.figures.{self.name}").plot
        if not signature(plot).parameters:
            return plot()
        return plot(chapter_model() if pp_mod is None else pp_mod)


def chapter_model() -> Any:
    """The chapter's mixed model, fitted."""
    from translations.data import sleep2
    from translations.lme4.lmer import lmer

    return lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2())


def require_plotnine() -> None:
    """Raises MissingPlotnine, with the cure, where plotnine or something that it needs is not installed."""
    try:
        import plotnine  # noqa: F401
    except ModuleNotFoundError as error:
        raise MissingPlotnine(f"figures need plotnine, and {error.name} is not installed: {CURE}") from error


def draw(name: str, pp_mod: Any = None) -> ggplot:
    """The plotnine plot of a figure; `pp_mod`: see `Figure.draw`.

    Raises KeyError naming the figures there are, MissingPlotnine.
    """
    return figure(name).draw(pp_mod)


def figure(name: str) -> Figure:
    """A figure by its name. Raises KeyError naming those there are."""
    if name not in FIGURES:
        raise KeyError(f"no figure {name!r}; there are {', '.join(FIGURES)}")
    return FIGURES[name]


_PANELS = "Eighteen scatter plots, one a subject, of reaction time in milliseconds against "
_ALL = (
    Figure(
        "figure_5_1",
        "Reaction time of subject 308 on days 0 to 9",
        "Scatter plot of one subject's ten daily mean reaction times. They lie near 250 milliseconds on days 0 to 2, "
        "then climb unevenly to 466 on day 9, having fallen back to 290 on day 7.",
        width=6.0,
        height=4.0,
    ),
    Figure(
        "figure_5_2",
        "Reaction times of all subjects on days 0 to 9",
        f"{_PANELS}day 0 to 9. Most rise from about 250 to between 300 and 450, at very different rates; subjects 309 "
        "and 310 stay fast, and 335 gets no slower.",
    ),
    Figure(
        "figure_5_3",
        "Reaction times at baseline and after each day of sleep deprivation",
        f"{_PANELS}days of sleep deprivation, 0 to 7. All but subject 335 get slower, roughly along a straight line, "
        "each from a height and at a rate of its own.",
    ),
    Figure(
        "figure_5_4",
        "Complete pooling: one line for everybody",
        f"{_PANELS}days of sleep deprivation, with the same line in each: 268 at baseline and 11.4 more a day. It "
        "passes far above subjects 309 and 310, far below 308 and 337, and rises while 335 falls.",
    ),
    Figure(
        "figure_5_5",
        "No pooling: a line for each subject",
        f"{_PANELS}days of sleep deprivation, each with its own regression line, which follows the points closely. "
        "Intercepts go from 200 (309) to 331 (352), slopes from -4 (335) to 23 a day (350).",
    ),
    Figure(
        "figure_5_6",
        "Partial pooling: what the mixed model predicts",
        f"{_PANELS}days of sleep deprivation, each with the line that the mixed model predicts. The lines are nearly "
        "those of no pooling, moved somewhat towards the average: that of 335 is almost flat instead of falling.",
    ),
    Figure(
        "figure_5_7",
        "Partial pooling, three days beyond the data",
        f"{_PANELS}days of sleep deprivation. The mixed model's lines go on, straight, to day 10, three days after the "
        "last point; that of subject 337 reaches 529.",
        width=9.6,
    ),
    Figure(
        "shrinkage",
        "Shrinkage: from no pooling to partial pooling",
        "Scatter plot of the subjects' slopes against their intercepts. Eighteen arrows lead from the values of each "
        "subject's own regression to those of the mixed model, most of them towards the average, 268 and 11.4. They "
        "are longest where a steep slope goes with a low intercept, or a flat one with a high intercept.",
        width=7.5,
        caption="Arrows: from each subject's own regression (no pooling) to the mixed model (partial pooling).",
    ),
    Figure(
        "caterpillar",
        "Conditional modes of the subjects with 95 % intervals",
        "Two panels of horizontal intervals, one row a subject, ordered by the deviation of the intercept from the "
        "average: from -59 for subject 309 to 47 for 352. About two thirds of the intercepts' intervals contain zero. "
        "The deviations of the slopes, from -12 (335) to 10 (337), are in no such order.",
        width=7.5,
        caption="Points: conditional modes. Bars: 95 % intervals, 1.96 conditional standard deviations to each side.",
        x_title="Deviation from the average subject (intercept in ms, slope in ms a day)",
    ),
    Figure(
        "profile_zeta",
        "Profile zeta of the six parameters",
        "Six curves of the profile zeta, one a parameter, with verticals at the ends of the 50, 80, 90, 95 and 99 "
        "percent intervals. Those of the two fixed effects are almost straight; those of the three standard "
        "deviations flatten to the right; that of the correlation falls ever faster towards its lower bound.",
        height=5.0,
        caption="Verticals: the ends of the 50, 80, 90, 95 and 99 % profile intervals.",
        x_title="Value of the parameter",
    ),
    Figure(
        "profile_density",
        "Densities that the profiles imply",
        "Six density curves, one a parameter. Those of the two fixed effects are symmetric; those of the standard "
        "deviations have their longer tail to the right; that of the correlation is broad and cut off at 1.",
        height=5.0,
        x_title="Value of the parameter",
    ),
    Figure(
        "profile_pairs",
        "Pairs of parameters with their joint confidence regions",
        "A square of six by six panels, a name in each panel of the diagonal. The others show five nested contours "
        "and two traces of a pair of parameters: above the diagonal in their units, below it as zetas, where most "
        "contours are round. Those of the standard deviations against their correlation are oblique ovals.",
        width=9.0,
        height=9.0,
        caption="Contours: joint 50, 80, 90, 95 and 99 % regions; above the diagonal in the parameters' units, below "
        "it as zetas.",
    ),
)
FIGURES = {one.name: one for one in _ALL}
