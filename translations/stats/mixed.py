"""Mixed models that lmer did not fit: what `fixef`, `ranef` and `VarCorr` ask of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from translations.printing import Vector


class MixedFit(ABC):
    """A fitted mixed model that answers for itself."""

    @abstractmethod
    def fixed_effects(self) -> Vector:
        """(p,)."""

    @abstractmethod
    def random_effects(self) -> Any:
        """A frame (groups, effects) a grouping factor."""

    @abstractmethod
    def variances(self) -> Any:
        """Variances, standard deviations and correlations of the random effects."""
