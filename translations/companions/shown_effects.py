"""Effects and predictions, with R's text of them registered: what the public names import."""
from __future__ import annotations

from . import effects_text
from .effects import Effect, allEffects, effect, ggpredict

__all__ = ["Effect", "allEffects", "effect", "effects_text", "ggpredict"]
