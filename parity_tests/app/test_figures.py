"""The figures draw the numbers that they say they draw, in colours that can be told apart from the paper."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from translations.app import figures
from translations.app.page import ASSETS
from translations.app.svg import Scale, tick_text

from .shared import screen

HALF_A_STEP = 0.05 + 1e-9  # paths are rounded to a tenth of a pixel


def tree(text):
    return ElementTree.fromstring(f"<div>{text}</div>")


def points(path):
    return np.array([[float(a), float(b)] for a, b in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path.get("d"))])


def one(element, kind):
    found = [path for path in element.iter("path") if path.get("class") == kind]
    assert len(found) == 1, kind
    return found[0]


@pytest.mark.parametrize("changed", [{}, {"missing": 0.5}, {"subjects": 60, "days": 20}, {"missing": 0.75, "days": 10}])
def test_panels_draw_the_data_and_the_lines(changed):
    shown = screen(**changed)
    across, up = figures.panel_scales(shown)
    panels = [svg for svg in tree(figures.panels(shown)).iter("svg") if svg.get("class") == "panel"]
    assert [panel.get("data-subject") for panel in panels] == [str(s + 1) for s in range(len(shown.truth))]
    for s, panel in enumerate(panels):
        days = np.flatnonzero(~np.isnan(shown.y[s]))
        expected = np.column_stack([across(days), up(shown.y[s, days])])
        if len(days):
            np.testing.assert_allclose(points(one(panel, "dot")), expected, atol=HALF_A_STEP)
        for name, line in (("complete", shown.complete), ("none", shown.none[s]), ("partial", shown.partial[s]),
                           ("truth", shown.truth[s])):
            if np.isnan(line).any():
                assert not [path for path in panel.iter("path") if path.get("class") == f"line {name}"]
                continue
            ends = np.array([across.low, across.high])
            expected = np.column_stack([across(ends), up(line[0] + line[1] * ends)])
            np.testing.assert_allclose(points(one(panel, f"line {name}")), expected, atol=HALF_A_STEP)


def test_all_data_lie_within_their_panel():
    shown = screen(sigma=100, missing=0.2)
    across, up = figures.panel_scales(shown)
    finite = shown.y[~np.isnan(shown.y)]
    assert (up(finite) > up.end).all() and (up(finite) < up.start).all()
    assert across(0.0) > across.start and across(shown.y.shape[1] - 1.0) < across.end


def test_shrinkage_joins_no_pooling_to_partial_pooling():
    shown = screen(missing=0.75, days=10, seed=2)
    across, up = figures.shrinkage_scales(shown)
    figure = tree(figures.shrinkage(shown))
    alone = ~np.isnan(shown.none).any(axis=1)
    assert 0 < alone.sum() < len(alone)
    own = np.column_stack([across(shown.none[alone, 0]), up(shown.none[alone, 1])])
    pooled = np.column_stack([across(shown.partial[:, 0]), up(shown.partial[:, 1])])
    np.testing.assert_allclose(points(one(figure, "point none")), own, atol=HALF_A_STEP)
    np.testing.assert_allclose(points(one(figure, "point partial")), pooled, atol=HALF_A_STEP)
    joined = points(one(figure, "move")).reshape(-1, 2, 2)
    np.testing.assert_allclose(joined, np.stack([own, pooled[alone]], axis=1), atol=HALF_A_STEP)
    truth = np.column_stack([across(shown.truth[:, 0]), up(shown.truth[:, 1])])
    np.testing.assert_allclose(points(one(figure, "point truth")), truth, atol=HALF_A_STEP)


def test_tick_labels_stand_at_their_values():
    shown = screen()
    across, up = figures.shrinkage_scales(shown)
    labels = [text for text in tree(figures.shrinkage(shown)).iter("text") if text.get("class") == "tick"]
    assert len(labels) > 6
    for label in labels:
        value = float(label.text.replace("−", "-"))
        if label.get("text-anchor") == "end":
            assert abs(up(value) + 3.5 - float(label.get("y"))) < HALF_A_STEP
        else:
            assert abs(across(value) - float(label.get("x"))) < HALF_A_STEP


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-0.02, 0.02), (196, 481), (-31, 7), (0.0, 1e5)])
def test_ticks_are_round_and_within(low, high):
    scale = Scale(low, high, 0.0, 100.0)
    ticks = scale.ticks(5)
    assert 3 <= len(ticks) <= 7 and low <= min(ticks) and max(ticks) <= high
    step = ticks[1] - ticks[0]
    assert round(step / 10 ** np.floor(np.log10(step * 1.0001)), 6) in (1, 2, 5)
    assert [scale.back(float(scale(tick))) for tick in ticks] == pytest.approx(ticks, abs=1e-9 * high)
    assert "-" not in tick_text(-2.0) and tick_text(0.0) == "0"


def test_figures_say_what_they_show():
    shown = screen()
    panels = tree(figures.panels(shown)).find("div")
    figure = tree(figures.shrinkage(shown)).find("svg")
    assert panels.get("role") == figure.get("role") == "img"
    assert "18 panels" in panels.get("aria-label") and "8 days" in panels.get("aria-label")
    lowest, highest = shown.partial[:, 1].min(), shown.partial[:, 1].max()
    for label in (panels.get("aria-label"), figure.get("aria-label")):
        assert f"{lowest:.1f} to {highest:.1f}".replace("-", "−") in label


def test_colours_have_contrast():
    """WCAG 2: at least 4.5 for everything that carries meaning, on the paper and on the ground around it."""
    colours = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{3,6})", (ASSETS / "app.css").read_text()))
    paper = [_luminance(colours[name]) for name in ("paper", "ground")]
    for name in ("ink", "quiet", "partial", "none", "complete", "bad"):
        assert (paper[0] + 0.05) / (_luminance(colours[name]) + 0.05) >= 4.5, name
    for name in ("ink", "quiet"):
        assert (paper[1] + 0.05) / (_luminance(colours[name]) + 0.05) >= 4.5, name


def _luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    values = np.array([int(digits[i : i + 2], 16) for i in (0, 2, 4)]) / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])
