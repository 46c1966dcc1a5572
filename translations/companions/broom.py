"""Models and tests as tidy frames: R's `tidy`, `glance` and `augment` of the packages broom and broom.mixed."""
from __future__ import annotations

from . import broom_emmeans, broom_linear, broom_mixed, broom_nlme, broom_tests
from .tidying import augment, glance, tidy

__all__ = ["augment", "broom_emmeans", "broom_linear", "broom_mixed", "broom_nlme", "broom_tests", "glance",
           "tidy"]
