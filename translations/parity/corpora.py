"""What R answered beside the cases: corpora, whose table is `fixtures/corpora.toml`.

Each is made by one R script, run in its own folder; `corpora.json` has the SHA-256 of the script, of the scripts that
it sources, of the files that they read, and of the corpus itself.
"""
from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from translations.data import fixtures_path
from translations.files import replace

from .literals import r_literal
from .piped import PipedR
from .records import RError
from .sources import sources

TABLE, RECORD = "corpora.toml", "corpora.json"
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "LANGUAGE": "en"}  # how text sorts, and the words of messages


@dataclass(frozen=True)
class Corpus:
    """A file of R's answers: its name from the folder of fixtures, and its line of the table."""

    name: str
    script: str
    printed: bool = False
    release: str = ""
    reads: tuple[str, ...] = ()
    by_hand: str = ""
    noise: str = ""

    def place(self, fixtures: Path) -> Path:
        """Where it lies."""
        return fixtures / self.name

    def made_from(self, fixtures: Path) -> dict[str, str]:
        """SHA-256 by name of all that it is made from, itself not among them."""
        file = self.place(fixtures)
        found = sources(file.parent / self.script)
        more = (sources(file.parent / name) for name in self.reads)
        return {name: own for each in (found, *more) for name, own in each.items() if name != file.name}


def corpora(fixtures: Path | None = None) -> dict[str, Corpus]:
    """All of them by name."""
    text = ((fixtures or fixtures_path()) / TABLE).read_text(encoding="utf-8")
    return {name: Corpus(name, **{**own, "reads": tuple(own.get("reads", ()))})
            for name, own in tomllib.loads(text).items()}


def stale(fixtures: Path | None = None) -> dict[str, str]:
    """Those that are not what was recorded, each with what differs."""
    folder = fixtures or fixtures_path()
    record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    known = corpora(folder)
    told = {name: "no corpora.toml names it" for name in record.keys() - known.keys()}
    for name, one in known.items():
        recorded, file = record.get(name, {}), one.place(folder)
        here = one.made_from(folder)
        differs = [key for key in sorted({*here, *recorded}) if key != name and here.get(key) != recorded.get(key)]
        if not recorded:
            told[name] = "no hash of it is recorded"
        elif differs:
            told[name] = f"{', '.join(differs)} changed since it was made"
        elif recorded.get(name) != sources(file)[file.name]:
            told[name] = "it is not what R answered"
    return told


def record(names: Iterable[str], fixtures: Path | None = None) -> None:
    """Write down what these are made from, now."""
    folder = fixtures or fixtures_path()
    file = folder / RECORD
    known = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    for name in names:
        one = corpora(folder)[name]
        place = one.place(folder)
        known[name] = one.made_from(folder) | {name: sources(place)[place.name]}
    replace({file: json.dumps(dict(sorted(known.items())), indent=1) + "\n"})


def regenerate(names: Iterable[str] = (), rscript: str = "Rscript", release: str | None = None,
               fixtures: Path | None = None) -> dict[str, str]:
    """Ask R for these again (none: all that a script makes), and write those that come out otherwise; of those with
    noise only what is named.

    release: leave out those of other releases. Returns what became of each. Raises KeyError for an unknown name, and
    RError with R's words where a script stops; then nothing is written.
    """
    folder = fixtures or fixtures_path()
    known = corpora(folder)
    if unknown := [name for name in names if name not in known]:
        raise KeyError(f"no corpus {', '.join(unknown)}; {TABLE} has {', '.join(known)}")
    told: dict[str, str] = {}
    texts: dict[Path, str] = {}
    for one in (known[name] for name in (names or known)):
        if one.by_hand or (one.release and one.release != release):
            told[one.name] = one.by_hand or f"of R {one.release}: --release {one.release}"
            continue
        text = _answered(one, folder, rscript)
        same = text == one.place(folder).read_text(encoding="utf-8")
        if one.noise and not same and one.name not in names:
            told[one.name] = f"kept: {one.noise}"
            continue
        texts[one.place(folder)] = text
        told[one.name] = "as stored" if same else "renewed"
    replace(texts)
    record([one for one, what in told.items() if what in ("as stored", "renewed")], folder)
    return told


def _answered(one: Corpus, fixtures: Path, rscript: str) -> str:
    """What R makes of a corpus, in a copy of its folder."""
    with tempfile.TemporaryDirectory(prefix="rparity-corpus-") as made:
        copy = Path(made) / "fixtures"
        for folder in (one.place(fixtures).parent, fixtures / "data"):
            shutil.copytree(folder, copy / folder.name, dirs_exist_ok=True)
        beside = Path(made) / "translations" / "parity" / "r"
        shutil.copytree(Path(__file__).parent / "r", beside)  # what scripts source of the R side
        run = _run_here if len(shlex.split(rscript)) == 1 else _run_there
        return run(one, one.place(copy), Path(made), rscript)


def _run_here(one: Corpus, file: Path, _: Path, rscript: str) -> str:
    """By a program of this machine."""
    done = subprocess.run([rscript, "--vanilla", one.script], cwd=file.parent, env={**os.environ, **ENVIRONMENT},
                          capture_output=True, text=True)
    if done.returncode:
        raise RError(f"{one.script} stops: {done.stderr.strip()[-500:]}")
    return done.stdout if one.printed else file.read_text(encoding="utf-8")


def _run_there(one: Corpus, file: Path, root: Path, rscript: str) -> str:
    """By an R behind a command, which may see another disk: `chroot DIR Rscript`, `ssh HOST Rscript`."""
    with PipedR(rscript) as r:
        for each in sorted(root.rglob("*")):
            if each.is_file():
                r.send(each, each.relative_to(root).as_posix())
        folder, answer = file.parent.relative_to(root).as_posix(), "printed" if one.printed else file.name
        settings = ", ".join(f"{name} = {r_literal(value)}" for name, value in ENVIRONMENT.items())
        text = r.eval(f"""local({{
            setwd(file.path(dirname(Sys.getenv("RPARITY_R")), {r_literal(folder)}))
            Sys.setenv({settings})
            code <- system2(file.path(R.home("bin"), "Rscript"), c("--vanilla", shQuote({r_literal(one.script)})),
                            stdout = "printed", stderr = "said")
            if (code) stop({r_literal(one.script)}, " stops: ", paste(tail(readLines("said"), 5), collapse = " "))
            cat(readLines({r_literal(answer)}, encoding = "UTF-8"), sep = "\\n")
        }})""")
    return text + "\n"
