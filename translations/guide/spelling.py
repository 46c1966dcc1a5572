"""How R spells a function where it is named or called: `lme4::lmer`, `names<-`, `t(x)`, `predict.merMod`.

The site's `static/words.js` takes RULE and SIGNS from here; methods are the terminal's alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# pkg::name, pkg:::name, in backquotes or not, called without arguments; an S4 method: `show,merMod-method`.
RULE = r"^(?:([A-Za-z][A-Za-z0-9.]*):::?)?`?([^\s`()]+?)`?(?:\(\))?(?:,[A-Za-z.]+-method)?$"
_RULE = re.compile(RULE)
_CALL = re.compile(r"^(?:[A-Za-z][A-Za-z0-9.]*:::?)?([A-Za-z.][\w.]*)\([^()]+\)$", re.ASCII)
SIGNS = r"^[^A-Za-z0-9\s.]+$|^%\S+%$"
# Classes whose methods are asked for by their whole name, longest first.
_CLASSES = ("lmerModLmerTest", "VarCorr.merMod", "ranef.mer", "glmerMod", "lmerMod", "nlmerMod", "merMod", "lmList",
            "data.frame", "factor", "default", "emmGrid", "formula", "numeric", "character", "matrix", "htest", "table",
            "aov", "glm", "lme", "gls", "lm")


@dataclass(frozen=True)
class Spelled:
    """A function's name without what stands around it, and the package in front of it ("" where none does)."""

    name: str
    package: str = ""

    @property
    def whole(self) -> str:
        """R's way to write both."""
        return f"{self.package}::{self.name}" if self.package else self.name

    @property
    def assigns(self) -> bool:
        """Whether it is a replacement function: `names<-`, `[[<-`."""
        return self.name.endswith("<-") and self.name not in ("<-", "<<-")

    @property
    def reads(self) -> str:
        """What a replacement function's sister, which reads, is called: `names`."""
        return self.name.removesuffix("<-")

    @property
    def sign(self) -> bool:
        """Whether it is an operator."""
        return bool(re.match(SIGNS, self.name))

    @property
    def generic(self) -> str:
        """The function of which it is a class's method, by its name alone; "" where it is none."""
        return next((self.name.removesuffix(f".{one}") for one in _CLASSES if self.name.endswith(f".{one}")), "")


def spelled(asked: str) -> Spelled:
    """What is asked for as a function; words stay as they are."""
    found = _RULE.match(asked)
    return Spelled(found[2], found[1] or "") if found else Spelled(asked)


def called(asked: str) -> str:
    """The function of a single call, `fixef` of `fixef(model)`; "" of anything else."""
    found = _CALL.match(asked)
    return found[1] if found else ""
