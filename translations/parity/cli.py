"""The command line, `rparity`."""
from __future__ import annotations

import contextlib
import importlib
import pkgutil
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from translations import commands

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  help="R's mixed-model chapter in Python, with the digits that it shares with R.")

if TYPE_CHECKING:
    from .cases import Suite
    from .check import Outcome
    from .regenerate import Renewed

SuiteOption = Annotated[str, typer.Option("--suite", help="a suite, all of them, or a directory of your own cases")]

RscriptOption = Annotated[str | None, typer.Option(
    "--rscript", metavar="COMMAND", help='R behind a command: "ssh HOST Rscript", "docker run -i IMAGE Rscript", ...')]


@app.callback()
def root() -> None:
    """Commands are named, though there be only one."""


@app.command()
def check(
    cases_: Annotated[list[str] | None, typer.Argument(metavar="[CASE]...", help="cases of the suite (all of them when "
                                                       "none is named)")] = None,
    suite: SuiteOption = "chapter5",
    release: Annotated[str | None, typer.Option("--release", help="a release of R, 4.2, 4.5 or 4.6, or all that are "
                                                "stored")] = None,
    live: Annotated[bool, typer.Option("--live", help="compare with the R at hand too, and with its release")] = False,
    rscript: RscriptOption = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="with --live: how many processes of R answer")] = 1,
    json: Annotated[Path | None, typer.Option("--json", help="write everything to a file (-: to the output)")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="write the table as a page")] = None,
    junit: Annotated[Path | None, typer.Option("--junit", help="write it as JUnit's XML, for CI")] = None,
    github: Annotated[bool, typer.Option("--github", help="print an annotation for GitHub for each shortfall")] = False,
    watched: Annotated[bool, typer.Option("--watch", help="check again what changes, until Ctrl+C")] = False,
) -> None:
    """Print the parity table; exit 1 when a value falls short."""
    start = time.perf_counter()
    from translations.files import replace
    from translations.releases import release as known

    from . import cases, ci_reports, report
    from .check import ask_ahead, left_out, outcomes

    try:
        chosen = cases.suites() if suite == "all" else [cases.suite(suite)]
        wanted = release if release in (None, "all") else known(str(release)).name
        if live:
            _start_r(rscript, wanted)
        unchecked = {each.name: each.lacks for each in chosen if each.lacks}
        if unchecked and suite != "all":
            raise ModuleNotFoundError(f"suite {suite} was not checked: {chosen[0].lacks}")
        chosen = [each for each in chosen if not each.lacks]
        if watched:
            _watch(chosen[0], live, wanted)
        only = tuple(cases_ or ())
        if live and jobs > 1:
            ask_ahead(chosen, only, jobs)
        found = [one for each in chosen for one in outcomes(each, live, wanted, only)]
        if absent := set(only) - {one.case for one in found}:
            raise KeyError(f"no case {', '.join(sorted(absent))} in suite {suite!r}")
        for each in chosen if not only else ():
            unchecked |= report.left_out(each.name, left_out(each, live, wanted))
    except (KeyError, FileNotFoundError, ModuleNotFoundError, ValueError) as error:
        _stop(error)
    if not found and not unchecked:
        _stop(ValueError(f"no case in suite {suite!r}"))
    seconds = time.perf_counter() - start
    pages = {html: report.as_html(found, seconds, unchecked)} if html else {}
    if junit:
        pages[junit] = ci_reports.as_junit(found, seconds, unchecked)
    if json and str(json) != "-":
        pages[json] = report.as_json(found, seconds, unchecked)
    try:
        replace(pages)
    except OSError as error:
        _stop(error)
    if github:
        files = {f"{each.name}/{file.stem}": file for each in chosen for file in (*each.scripts(), *each.files())}
        print("\n".join(ci_reports.as_annotations(found, files)))
    if json and str(json) == "-":
        print(report.as_json(found, seconds, unchecked), end="")
    else:
        _print_table(found, seconds, unchecked)
    raise typer.Exit(0 if all(one.passed for one in found) else 1)


def _print_table(found: Sequence[Outcome], seconds: float, unchecked: Mapping[str, str]) -> None:
    """The parity table, in colours where the output is a terminal."""
    from . import report

    if not sys.stdout.isatty():
        print(report.plain(found, seconds, unchecked))
        return
    from rich.console import Console

    console = Console()
    console.print(report.rich_table(found, seconds, console.width, unchecked))


@app.command()
def regenerate(
    names: Annotated[list[str] | None, typer.Argument(help="cases (all of the suite's when none is named)")] = None,
    suite: SuiteOption = "all",
    rscript: RscriptOption = None,
    release: Annotated[str | None, typer.Option("--release", help="the release that R must be")] = None,
    check: Annotated[bool, typer.Option("--check", help="report what would change and change nothing")] = False,
    nearest: Annotated[bool, typer.Option("--nearest", help="take R for the nearest release, whatever versions it "
                                          "has")] = False,
    built_in: Annotated[bool, typer.Option("--built-in", help="renew what rparity itself comes with")] = False,
    corpora: Annotated[bool, typer.Option("--corpora", help="renew what R answered beside the cases: the files of "
                                          "fixtures/corpora.toml (those named)")] = False,
) -> None:
    """Add or renew the answers of the R at hand; those of other releases stay as they are."""
    if corpora:
        return _regenerate_corpora(names or [], rscript, release)
    from translations.releases import release as known

    from . import cases, session
    from . import regenerate as machine
    from .piped import PipedR
    from .records import RError
    from .regenerate import WrongVersion

    bad = False
    try:
        wanted = release if release is None else known(release).name
        chosen = cases.suites() if suite == "all" else [cases.suite(suite)]
        if names:
            chosen = [one for one in chosen if {script.stem for script in one.scripts()} & set(names)]
            if not chosen:
                raise KeyError(f"no R script named {' or '.join(names)}")
        if not (check or built_in) and (ours := [one.name for one in chosen if one.built_in]):
            raise WrongVersion(f"{', '.join(ours)}: rparity's own references; --built-in renews them, --suite PLACE "
                               "those of a suite of yours")
        session.with_command(rscript)
        with PipedR(session.command() or "Rscript") as r:
            for one in chosen:
                make = machine.would_change if check else machine.regenerate
                done = make(one, r, names or (), nearest, wanted)
                print("\n".join(_told(one.name, done, check)))
                bad = bad or bool(done.failed or done.moved)
                if done.interrupted:
                    break
    except (RError, WrongVersion, KeyError, OSError, ValueError) as error:
        _stop(error)
    raise typer.Exit(1 if bad else 0)


def _regenerate_corpora(names: list[str], rscript: str | None, release: str | None) -> None:
    """Ask R for corpora again, and say what became of each."""
    from . import corpora
    from .records import RError

    try:
        for name, what in corpora.regenerate(names, rscript or "Rscript", release).items():
            print(f"{name}: {what}")
    except (RError, KeyError, OSError) as error:
        _stop(error)


def _told(suite: str, done: Renewed, check: bool) -> list[str]:
    """What `regenerate` says of a suite."""
    from . import report

    of = f" of {done.taken}" if done.taken else ""
    if check:
        lines = done.moved or ([] if done.failed else [f"{suite}: no drift{of}"])
    else:
        lines = [f"{suite}: {len(done.written)} written{of}", *(f"  {path.name}" for path in done.written)]
        lines += [f"  {name} stops: {said}" for name, said in done.stops.items()]
    lines += [f"{what} not asked: {why}" for what, why in report.left_out(suite, done.left_out).items()]
    return lines + [f"{suite}/{name} failed: {said}" for name, said in done.failed.items()]


@app.command()
def doctor(rscript: RscriptOption = None) -> None:
    """Say what of R is here, what is missing, and the command that mends it."""
    from .doctor import report
    from .session import with_command

    with_command(rscript)
    text, fine = report()
    print(text)
    raise typer.Exit(0 if fine else 1)


@app.command()
def new(
    case: Annotated[str, typer.Argument(help="SUITE/NAME: the suite is a directory, made if need be")],
    ci: Annotated[bool, typer.Option("--ci", help="the files of the suite's CI too (GitHub, GitLab, Docker), all "
                                     "pinned; of SUITE/ these alone")] = False,
) -> None:
    """Write both sides of a case: NAME.R and NAME.py."""
    from .new import new as write
    from .new import new_ci, next_steps

    try:
        place, _, name = case.rpartition("/")
        files = new_ci(place or ".") if ci else []
        written = write(case) if name or not ci else []
    except (ValueError, OSError) as error:
        _stop(error)
    print("\n".join(map(str, [*written, *files])))
    print("next:", "   ".join(next_steps(written[1]) if written else next_steps(Path(place))))


def _watch(suite: Suite, live: bool, release: str | None) -> NoReturn:
    """Check a suite's cases as they change, until it is interrupted."""
    from .watch import watch

    options = (["--live"] if live else []) + (["--release", release] if release else [])
    with contextlib.suppress(KeyboardInterrupt):
        watch(suite, options)
    raise typer.Exit(0)


def _start_r(rscript: str | None, wanted: str | None) -> None:
    """Start live R, and say what it is where it is no release by its versions; it must be of the one that is wanted."""
    from . import session

    session.with_command(rscript)
    try:
        here = session.taken({"R": "", "package lme4": ""})
    except session.NoLiveR as error:
        _stop(error)
    if wanted not in (None, "all", here.release.name):
        _stop(ValueError(f"this is {here}, not {wanted}: leave out --live, or --release"))
    if here.differs:
        typer.echo(f"rparity: compared with {here}", err=True)


def _stop(error: Exception) -> NoReturn:
    message = error.args[0] if isinstance(error, KeyError) else error
    typer.echo(f"rparity: {message}", err=True)
    raise typer.Exit(2)


class Told(SystemExit):
    """A signal told this process to end; a case that is just run has no say in it."""


@contextlib.contextmanager
def ending_in_order() -> Iterator[None]:
    """Have a signal to end do what an error does: temporary files go, R's process and workers end.

    The exit code says which signal it was, also where one comes at a moment at which a library's clean-up fails.
    """
    told: list[int] = []

    def end(number: int, _: object) -> NoReturn:
        signal.signal(number, signal.SIG_DFL)  # a second one ends at once
        told.append(number)
        raise Told(128 + number)

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:  # nohup has it ignored
            signal.signal(number, end)
    try:
        yield
    except BaseException:
        if told:
            raise SystemExit(128 + told[0]) from None
        raise


def main() -> None:
    """Entry point of the `rparity` command."""
    with ending_in_order():
        for module in pkgutil.iter_modules(commands.__path__, f"{commands.__name__}."):
            importlib.import_module(module.name).register(app)
        app()


if __name__ == "__main__":
    main()
