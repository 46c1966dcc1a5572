"""Hatch build hook: compile the modules that are written for it, and put the fixtures inside a wheel.

An editable install compiles into the checkout and reads the checkout's own fixtures. Without a C compiler the package
is installed all the same, and says at its first use that it runs as Python; under RPARITY_REQUIRE_COMPILED=1 the
installation fails instead.
"""
from __future__ import annotations

import os
import sys
import tomllib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NOISE = {"lme4/noise.json", "structured/noise.json"}  # corpora that cases read


class BuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Compiled modules beside their sources; `fixtures/` where `translations.parity.paths` looks for it in a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it packs the wheel."""
        root = Path(self.root)
        sys.path.insert(0, str(root / "scripts"))
        from compile_modules import compile_modules

        try:
            made = compile_modules(root)
        except Exception as error:
            if os.environ.get("RPARITY_REQUIRE_COMPILED"):
                raise
            self.app.display_warning(f"{error}\nrparity is installed without its compiled modules, right but slow")
            made = []
        if version != "editable":
            build_data["force_include"] |= _fixtures(root)
        if made:
            build_data["pure_python"], build_data["infer_tag"] = False, True
            build_data["artifacts"] += [str(path.relative_to(root)) for path in made]


def _fixtures(root: Path) -> dict[str, str]:
    """Where each file of `fixtures/` goes in a wheel; answers that tests alone read, 9 MB, stay in the checkout."""
    folder = root / "fixtures"
    tests_alone = tomllib.loads((folder / "corpora.toml").read_text(encoding="utf-8")).keys() - NOISE
    files = (file.relative_to(folder).as_posix() for file in sorted(folder.rglob("*")) if file.is_file())
    return {f"fixtures/{name}": f"translations/_fixtures/{name}" for name in files if name not in tests_alone}
