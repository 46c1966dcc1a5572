"""What R has and this package has not, and the way round it: the table `elsewhere.toml`, one entry a name.

It is read when somebody asks for a name that is not here, by `r.<name>` or in the guide.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parent / "elsewhere.toml"


@dataclass(frozen=True)
class Elsewhere:
    """A name of R's that is not here.

    python   as it would be called here: `read_csv`
    r        R's name with its package: `utils::read.csv`
    use      what to write instead: lines of Python that run as they stand after the table's own imports and data
    bites    what differs from R, plain text; "" where nothing does
    """

    python: str
    r: str
    use: str
    bites: str = ""

    @property
    def title(self) -> str:
        """R's name without its package."""
        return self.r.split("::")[-1]


def read(path: Path = TABLE) -> dict[str, Elsewhere]:
    """The table.

    Raises ValueError that lists entries which lack a field, have another, or are called otherwise in R.
    """
    stored = tomllib.loads(path.read_text(encoding="utf-8"))
    wrong = [f"{name} has {', '.join(entry)}; it needs r, use and may have bites" for name, entry in stored.items()
             if not {"r", "use"} <= set(entry) <= {"r", "use", "bites"}]
    wrong += [f"{name} is not {entry['r']}" for name, entry in stored.items()
              if "r" in entry and name != entry["r"].split("::")[-1].replace(".", "_")]
    if wrong:
        raise ValueError(f"{path.name}: {'; '.join(wrong)}")
    return {name: Elsewhere(name, entry["r"], entry["use"].strip(), entry.get("bites", "").strip())
            for name, entry in stored.items()}


@cache
def elsewhere() -> dict[str, Elsewhere]:
    """The table, read once."""
    return read()


def missing(name: str) -> AttributeError:
    """The error that `r.<name>` raises: what to write instead where that is known, else names that are close."""
    import translations

    plain = name.replace(".", "_")
    if plain in translations._HOME:
        return AttributeError(f"{name} is written r.{plain} here: '.' becomes '_'")
    if entry := elsewhere().get(plain):
        text = f"{entry.title} is not in rparity; write instead:\n{indented(entry.use)}"
        return AttributeError(f"{text}\n{entry.bites}" if entry.bites else text)
    return AttributeError(f"rparity has no name {name!r}: dir(r) lists those that it has, and `rparity guide WORD` "
                          "finds them by R's name", name=name, obj=translations)


def indented(code: str) -> str:
    """Lines of code, set in."""
    return "\n".join(f"    {line}" for line in code.splitlines())
