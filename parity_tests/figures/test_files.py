"""The figures as files and by command: whole or not at all, the same bytes at every run, described in words."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner

import translations as r
from translations.commands import figures
from translations.figures import FIGURES, draw, save
from translations.figures.built import built

from .. import warm


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return warm.run("rparity", "figures", *arguments)


def test_the_same_bytes_at_every_run(tmp_path):
    names = ["shrinkage"]
    here = save(names, tmp_path / "here")
    command = [sys.executable, "-m", "translations.parity.cli", "figures", "--out", str(tmp_path / "there"), *names]
    elsewhere = os.environ | {"PYTHONHASHSEED": "1", "TZ": "UTC+9"}
    ran = subprocess.run(command, capture_output=True, text=True, env=elsewhere)
    assert ran.returncode == 0, ran.stderr
    there = [Path(line) for line in ran.stdout.splitlines()]
    assert [path.name for path in there] == [f"{name}.{kind}" for name in names for kind in ("png", "svg")]
    first, second = ([path.read_bytes() for path in paths] for paths in (here, there))
    assert first == second
    assert first[0].startswith(b"\x89PNG") and b"<dc:date>" not in first[1]
    assert f"<title>{FIGURES['shrinkage'].title}</title>".encode() in first[1]


def test_formats_and_names_are_chosen(tmp_path):
    app = Typer()
    figures.register(app)       # in this process, which has plotnine already
    ran = CliRunner().invoke(app, ["--out", str(tmp_path / "a" / "b"), "--format", "svg", "figure_5_1", "figure_5_1"])
    assert ran.exit_code == 0
    assert ran.stdout.splitlines() == [str(tmp_path / "a" / "b" / "figure_5_1.svg")]
    assert os.listdir(tmp_path / "a" / "b") == ["figure_5_1.svg"]


def test_resolution_width_and_pdf(tmp_path):
    """The size of a PNG stands in its head, bytes 16 to 24; a PDF is the same at every run."""
    size = lambda path: tuple(int.from_bytes(path.read_bytes()[at:at + 4], "big") for at in (16, 20))  # noqa: E731
    usual, small = (save(["figure_5_1"], tmp_path / str(dpi), ["png", "pdf"], **given)
                    for dpi, given in ((1, {}), (2, {"dpi": 100, "width": 3.0})))
    assert size(usual[0]) == (1800, 1200) and size(small[0]) == (300, 200)
    assert usual[1].read_bytes().startswith(b"%PDF") and usual[1].read_bytes() != small[1].read_bytes()
    assert usual[1].read_bytes() == save(["figure_5_1"], tmp_path / "3", ["pdf"])[0].read_bytes()


def test_the_colours_differ_in_grey():
    from translations.figures import style

    def lightness(colour):
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
                  for c in (int(colour[at:at + 2], 16) / 255 for at in (1, 3, 5))]
        y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        return 116 * y ** (1 / 3) - 16

    found = sorted(map(lightness, (style.DATA, style.MODEL, style.OTHER, style.QUIET)))
    assert min(b - a for a, b in zip(found, found[1:], strict=False)) >= 15, found  # CIELAB; 1 is just seen


def test_bars_verticals_and_contours_are_explained(tmp_path):
    for name, what in (("caterpillar", "Bars: 95 % intervals"), ("profile_zeta", "Verticals"),
                       ("profile_pairs", "Contours"), ("shrinkage", "Arrows")):
        assert what in FIGURES[name].caption
    assert FIGURES["caterpillar"].lettered(draw("caterpillar")).labels.caption == FIGURES["caterpillar"].caption


def test_the_list_draws_nothing(tmp_path):
    ran = run("--list")
    assert ran.returncode == 0 and [line.split()[0] for line in ran.stdout.splitlines()] == list(FIGURES)


@pytest.mark.parametrize(("arguments", "said"), [
    (["figure_9"], "no figure 'figure_9'; there are figure_5_1"),
    (["--format", "gif", "figure_5_1"], "no format 'gif'; there are png, svg, pdf"),
    (["--dpi", "5", "figure_5_1"], "dpi must be from 36 to 2400, not 5"),
    (["--width", "0", "figure_5_1"], "width must be from 1 to 40, not 0"),
])  # fmt: skip
def test_what_there_is_not_is_said(arguments, said, tmp_path):
    ran = run("--out", str(tmp_path / "new"), *arguments)
    assert ran.returncode == 2 and said in ran.stderr and "Traceback" not in ran.stderr
    assert not (tmp_path / "new").exists()


def test_no_directory_given():
    ran = run("figure_5_1")
    assert ran.returncode == 2 and "--out" in ran.stderr


def test_a_directory_that_cannot_be_written_to_is_named(tmp_path):
    blocked = tmp_path / "file" / "inside"
    blocked.parent.write_text("not a directory")
    ran = run("--out", str(blocked), "figure_5_1")
    assert ran.returncode == 2 and f"cannot write figures to {blocked}" in ran.stderr and "Traceback" not in ran.stderr
    assert run("--out", "/proc/self/fd", "figure_5_1").returncode == 2


def test_nothing_is_left_half_written(tmp_path, monkeypatch):
    """A disk that fills up while the second file is written leaves the old files, and no others."""
    old = tmp_path / "figure_5_1.png"
    old.write_bytes(b"old")
    opened = []

    def full(handle, mode):
        opened.append(handle)
        if len(opened) == 2:
            raise OSError(28, "No space left on device")
        return real(handle, mode)

    real = os.fdopen
    second = re.escape(str(tmp_path / "figure_5_1.svg"))
    with monkeypatch.context() as patched:
        patched.setattr(os, "fdopen", full)
        with pytest.raises(OSError, match=f"cannot write {second}: No space left on device"):
            save(["figure_5_1"], tmp_path)
    assert os.listdir(tmp_path) == ["figure_5_1.png"] and old.read_bytes() == b"old"


def test_a_figure_of_another_model():
    m = r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff())
    assert built(draw("caterpillar", m))["panels"] == ["(Intercept)"]
    assert len(built(draw("profile_zeta", m))["panels"]) == 3


def test_a_plot_that_lacks_something_is_not_the_same():
    """What is compared with R sees a point that moved, a layer that is gone, and a break that is elsewhere."""
    from plotnine import scale_x_continuous

    from translations.parity.flatten import flatten

    whole = flatten(built(draw("figure_5_4")))
    moved = draw("figure_5_4")
    moved.data.loc[3, "Reaction"] += 1e-9
    assert flatten(built(moved)) != whole
    bare = draw("figure_5_4")
    del bare.layers[0]
    assert not any(label.startswith("abline") for label in flatten(built(bare)))
    with pytest.warns(match="already present"):
        breaks = flatten(built(draw("figure_5_4") + scale_x_continuous(breaks=range(1, 8))))
    assert breaks["x$308$labels[1]"] == "1" and whole["x$308$labels[1]"] == "0"
