"""Hatch build hook: compile the modules that are written for it, and put the fixtures inside a wheel.

An editable install compiles into the checkout and reads the checkout's own fixtures. Without a C compiler the package
is installed all the same, and says at its first use that it runs as Python; under RPARITY_REQUIRE_COMPILED=1 the
installation fails instead.
"""
from __future__ import annotations

import json
import os
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NOISE = {"lme4/noise.json", "structured/noise.json"}  # corpora that cases read
SCOREBOARDS = {"certified/scoreboard.json", "certified/scoreboard_generalized.json"}


class BuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Compiled modules beside their sources; `fixtures/` where `translations.parity.paths` looks for it in a wheel."""

    scratch: tempfile.TemporaryDirectory[str] | None = None

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Called by hatchling when it has packed the wheel."""
        if self.scratch:
            self.scratch.cleanup()

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
            self.scratch = tempfile.TemporaryDirectory()
            build_data["force_include"] |= _fixtures(root, Path(self.scratch.name))
        if made:
            build_data["pure_python"], build_data["infer_tag"] = False, True
            build_data["artifacts"] += [str(path.relative_to(root)) for path in made]


def _fixtures(root: Path, scratch: Path) -> dict[str, str]:
    """Where each file of `fixtures/` goes in a wheel, the references without their line ends and indents, an eighth of
    them. What tests and the guide alone read, 9 MB, stays in the checkout.
    """
    folder = root / "fixtures"
    left_out = tomllib.loads((folder / "corpora.toml").read_text(encoding="utf-8")).keys() - NOISE | SCOREBOARDS
    files = (file.relative_to(folder).as_posix() for file in sorted(folder.rglob("*")) if file.is_file())
    packed = {}
    for name in files:
        if name in left_out:
            continue
        source = folder / name
        if name.endswith(".json"):
            told, source = json.loads(source.read_text(encoding="utf-8")), scratch / name
            source.parent.mkdir(parents=True, exist_ok=True)
            source.write_text(json.dumps(told, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
        packed[str(source)] = f"translations/_fixtures/{name}"
    return packed
