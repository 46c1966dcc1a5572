"""R's names and everyday words, each with the Python that does it: `elsewhere.toml` and the tables in `words/`.

`r.<name>` answers from here where the name is not exported, and so do `rparity guide WORD(S)` and the site's search.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

TABLE = Path(__file__).parent / "elsewhere.toml"
WORDS = Path(__file__).parent / "words"
NEEDED = {"r", "use"}
ALLOWED = {*NEEDED, "also", "bites", "title", "words", "in_r", "both", "digits"}
ENOUGH = 9.0


@dataclass(frozen=True)
class Elsewhere:
    """A name of R's, or a question in an R user's words, and its answer.

    python   as it would be called here: `read_csv`; for a question its own words: `p-values`
    r        R's name with its package: `utils::read.csv`
    use      what to write: Python that runs as it stands after the head of `both_sides.py`; its last line is the answer
    bites    what differs from R, plain text; "" where nothing does
    title    the entry's heading: R's name without its package where nothing else is said
    words    the phrases that ask for it
    also     further functions of R's, by their names, which it answers too
    in_r     the same in R, after the head in R; "" where the entry has none
    both     what is compared of the two answers, an expression of `answer` in R and one in Python; () where all is
    digits   the fewest digits that they must share; 0 where they cannot be compared, which `bites` explains
    topic    the heading of the table that it stands in
    """

    python: str
    r: str
    use: str
    bites: str = ""
    title: str = ""
    words: tuple[str, ...] = ()
    in_r: str = ""
    both: tuple[str, ...] = ()
    digits: float = ENOUGH
    topic: str = "Not here"
    also: tuple[str, ...] = ()

    @property
    def package(self) -> str:
        """R's package."""
        return self.r.partition("::")[0]

    @property
    def anchor(self) -> str:
        """The entry's name in an address of the site."""
        name = f"{self.package}-{self.python}".lower()
        return "".join(letter if letter.isalnum() else "-" for letter in name).strip("-")


def read(path: Path = TABLE) -> dict[str, Elsewhere]:
    """One table.

    Raises ValueError that lists entries which lack a field, have another, or are called otherwise in R.
    """
    stored = tomllib.loads(path.read_text(encoding="utf-8"))
    topic = str(stored.pop("title", "Not here"))
    wrong = [f"{name} has {', '.join(entry)}; it needs r, use and may have {', '.join(sorted(ALLOWED - NEEDED))}"
             for name, entry in stored.items() if not NEEDED <= set(entry) <= ALLOWED]
    wrong += [f"{name} is not {entry['r']}" for name, entry in stored.items()
              if "r" in entry and "title" not in entry and _is_a_name(name) and name != _called(entry["r"])]
    wrong += [f"{name} cannot be compared (digits = 0), so it needs bites" for name, entry in stored.items()
              if entry.get("digits") == 0 and "bites" not in entry]
    if wrong:
        raise ValueError(f"{path.name}: {'; '.join(wrong)}")
    return {name: _entry(name, entry, topic) for name, entry in stored.items()}


def _entry(name: str, entry: dict[str, object], topic: str) -> Elsewhere:
    text = {key: str(value).strip() for key, value in entry.items() if isinstance(value, str)}
    plain = _is_a_name(name)
    both = entry.get("both", ())
    digits = entry.get("digits", ENOUGH)
    return Elsewhere(name, text["r"], text["use"], text.get("bites", ""),
                     text.get("title", text["r"].split("::")[-1] if plain else name),
                     _listed(text.get("words", "")), text.get("in_r", ""),
                     tuple(map(str, both)) if isinstance(both, list) else (),
                     float(digits) if isinstance(digits, int | float) else ENOUGH, topic, _listed(text.get("also", "")))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(",") if one.strip())


def _is_a_name(key: str) -> bool:
    """Whether an entry is called by R's name; a question of several words, or with a hyphen, is not."""
    return key.isidentifier()


def _called(r: str) -> str:
    return r.split("::")[-1].replace(".", "_")


@cache
def elsewhere() -> dict[str, Elsewhere]:
    """All tables, read once. Raises ValueError naming an entry that stands in two."""
    found: dict[str, Elsewhere] = {}
    for path in (*sorted(WORDS.glob("*.toml")), TABLE):
        for name, entry in read(path).items():
            if name in found:
                raise ValueError(f"{path.name}: {name} stands in another table too")
            found[name] = entry
    return found


def missing(name: str, package: ModuleType) -> AttributeError:
    """The error that `package.<name>` raises: what to write instead where that is known, else names that are close."""
    plain = name.replace(".", "_")
    if plain in package._HOME:
        return AttributeError(f"{name} is written r.{plain} here: '.' becomes '_'")
    if entry := elsewhere().get(plain) or next((one for one in elsewhere().values() if name in one.words), None):
        asked = entry.title if entry.python == plain else name
        text = f"{asked} is not in rparity; write instead:\n{indented(entry.use)}"
        return AttributeError(f"{text}\n{entry.bites}" if entry.bites else text)
    return AttributeError(f"rparity has no name {name!r}: dir(r) lists those that it has, and `rparity guide WORD` "
                          "finds them by R's name", name=name, obj=package)


def indented(code: str) -> str:
    """Lines of code, set in."""
    return "\n".join(f"    {line}" for line in code.splitlines())
