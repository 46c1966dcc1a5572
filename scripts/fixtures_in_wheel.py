"""Hatch build hook: a wheel carries the fixtures inside the package; an editable install reads the checkout's own."""
from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FixturesInWheel(BuildHookInterface):  # type: ignore[type-arg]
    """Puts `fixtures/` under `translations/_fixtures/`, where `translations.parity.paths` looks for it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it packs the wheel."""
        if version != "editable":
            build_data["force_include"]["fixtures"] = "translations/_fixtures"
