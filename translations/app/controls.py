"""What the user can set: the controls, their limits, and the settings that valid ones make."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from translations.simulation import Design


@dataclass(frozen=True)
class Control:
    """One control. `name` is the argument of `simulate_multilevel`; `unit` may be empty; limits are inclusive."""

    name: str
    label: str
    symbol: str
    unit: str
    least: float
    most: float
    step: float
    default: float
    group: str
    whole: bool = False
    slider: bool = True

    def read(self, given: object) -> float:
        """The number that was typed. Raises ValueError, in words for the user, for anything that cannot be used."""
        text = "" if given is None else str(given).strip()
        if not text:
            raise ValueError(f"{self.label} is empty: enter {self._wanted}.")
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if math.isnan(value):
            raise ValueError(f"{self.label} is not a number: enter {self._wanted}.")
        if not self.least <= value <= self.most or (self.whole and value != int(value)):
            raise ValueError(f"{self.label} must be {self._wanted}, not {text[:20]}.")
        return value

    @property
    def _wanted(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        return f"{kind} between {self.least:g} and {self.most:.10g}"


_MEANS, _SPREAD, _SAMPLE = "Population means", "Variation", "Sample"

CONTROLS = (
    Control("gamma0", "Intercept", "γ₀", "ms", 0, 600, 1, 268, _MEANS),
    Control("gamma1", "Slope", "γ₁", "ms/day", -30, 30, 0.1, 11.4, _MEANS),
    Control("tau00", "Intercept sd", "τ₀₀", "ms", 0, 100, 0.5, 31, _SPREAD),
    Control("tau11", "Slope sd", "τ₁₁", "ms/day", 0, 30, 0.1, 6.7, _SPREAD),
    Control("rho", "Correlation", "ρ", "", -1, 1, 0.05, 0.2, _SPREAD),
    # Zero is left out: R's rnorm takes nothing from the stream then, and lines without noise cannot be fitted.
    Control("sigma", "Residual sd", "σ", "ms", 0.5, 100, 0.5, 25.5, _SPREAD),
    Control("subjects", "Subjects", "", "", 2, 60, 1, 18, _SAMPLE, whole=True),
    # With two days lmer has as many random effects as observations, and refuses.
    Control("days", "Days", "", "", 3, 20, 1, 8, _SAMPLE, whole=True),
    Control("missing", "Missing fraction", "", "", 0, 0.9, 0.05, 0, _SAMPLE),
    Control("seed", "Seed", "", "", 0, 2**31 - 1, 1, 1, _SAMPLE, whole=True, slider=False),
)
BY_NAME = {control.name: control for control in CONTROLS}


class BadControls(ValueError):
    """Settings that cannot be used. `problems` maps a control's name to what is wrong with it, in words."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


@dataclass(frozen=True)
class Settings:
    """The data-generating process and R's seed."""

    design: Design
    seed: int

    def argument(self, name: str) -> str:
        """A setting as R and Python both write it, digits enough to give the same double."""
        value = self.seed if name == "seed" else getattr(self.design, name)
        return str(int(value)) if float(value).is_integer() else repr(float(value))


def read(given: Mapping[str, object]) -> Settings:
    """Settings from what the controls hold: text or numbers by name. Raises BadControls with every problem."""
    values: dict[str, float] = {}
    problems: dict[str, str] = {}
    for control in CONTROLS:
        try:
            value = control.read(given.get(control.name))
        except ValueError as error:
            problems[control.name] = str(error)
        else:
            values[control.name] = int(value) if control.whole else value
    if problems:
        raise BadControls(problems)
    seed = int(values.pop("seed"))
    return Settings(Design(**values), seed)  # type: ignore[arg-type]


DEFAULTS = read({control.name: control.default for control in CONTROLS})
