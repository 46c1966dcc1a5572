"""The built site in a real browser, opened from disk: search, tabs, a phone, no logged error."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ..browser import DESKTOP, PHONE, expect, sideways_scroll

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAGES = ["index.html", "chapter.html", "functions/index.html", "functions/lmer.html", "cases/index.html",
         "cases/chapter5/profile_ci.html", "cases/chapter5/lmer_summary.html", "cases/lme4/cake.html"]


def test_search_finds_lmer_and_leads_to_its_page(site: Path, browser_page: Page) -> None:
    browser_page.goto((site / "index.html").as_uri())
    browser_page.keyboard.press("Control+k")
    browser_page.get_by_placeholder("Search").locator("visible=true").fill("lmer")
    browser_page.keyboard.press("Enter")
    browser_page.wait_for_url("**/search.html?q=lmer*")
    result = browser_page.locator("ul.search a").filter(has_text="lmer").first
    expect(result).to_be_visible(timeout=20_000)
    browser_page.locator("ul.search a[href*='functions/lmer.html']").first.click()
    browser_page.wait_for_url("**/functions/lmer.html*")
    expect(browser_page.locator("h1")).to_contain_text("lmer")


def test_r_and_python_stand_side_by_side_in_wide_windows(site: Path, browser_page: Page) -> None:
    browser_page.set_viewport_size(DESKTOP)
    browser_page.goto((site / "cases/chapter5/lmer_summary.html").as_uri())
    sides = browser_page.locator(".versus > .sd-tab-content")
    left, right = sides.nth(0).bounding_box(), sides.nth(1).bounding_box()
    assert left and right and left["x"] + left["width"] <= right["x"] and abs(left["y"] - right["y"]) < 5


def test_tabs_switch_between_r_and_python_on_a_phone(site: Path, browser_page: Page) -> None:
    browser_page.set_viewport_size(PHONE)
    browser_page.goto((site / "cases/chapter5/profile_ci.html").as_uri())
    in_r = browser_page.get_by_text("confint(pp_mod)").first
    ours = browser_page.get_by_text("r.confint(pp_mod)").first
    expect(in_r).to_be_visible()
    expect(ours).to_be_hidden()
    browser_page.locator(".versus > label", has_text="Python").click()
    expect(in_r).to_be_hidden()
    expect(ours).to_be_visible()


def test_tabs_switch_between_the_python_ways(site: Path, browser_page: Page) -> None:
    browser_page.goto((site / "cases/chapter5/profile_ci.html").as_uri())
    theirs = browser_page.get_by_text("mixedlm().conf_int()").first
    expect(theirs).to_be_hidden()
    browser_page.locator(".ways > label", has_text="statsmodels").click()
    expect(theirs).to_be_visible()


@pytest.mark.parametrize("path", PAGES)
def test_a_phone_needs_no_scrolling_sideways(site: Path, browser_page: Page, path: str) -> None:
    browser_page.set_viewport_size(PHONE)
    browser_page.goto((site / path).as_uri())
    assert sideways_scroll(browser_page) <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(site: Path, browser_page: Page, scheme: str) -> None:
    browser_page.emulate_media(color_scheme=scheme)
    browser_page.goto((site / "cases/chapter5/profile_ci.html").as_uri())
    for part in ("h1", "main p", ".printed pre", "td"):
        colours = browser_page.locator(part).first.evaluate(
            "e => { let ground = e; const of = x => getComputedStyle(x).backgroundColor;"
            " while (ground.parentElement && /, 0\\)|transparent/.test(of(ground))) ground = ground.parentElement;"
            " return [getComputedStyle(e).color, of(ground)] }")
        assert contrast(*map(luminance, colours)) >= 4.5, (part, colours)  # WCAG 2.2, 1.4.3


def luminance(colour: str) -> float:
    """WCAG's relative luminance of `rgb(r, g, b)`."""
    parts = [float(one) / 255 for one in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return sum(weight * one for weight, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: float, other: float) -> float:
    """WCAG's contrast ratio of two luminances."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


TEN = [*PAGES[:6], "words/mixed-models.html", "chapter_whole.html", "csv_to_report.html", "search.html?q=mean+by+group"]


@pytest.mark.parametrize("path", TEN)
def test_axe_finds_no_serious_fault(site: Path, browser_page: Page, path: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    browser_page.goto(f"{site.as_uri()}/{path}")
    if "search" in path:
        expect(browser_page.locator("ul.search li").first).to_be_visible(timeout=20_000)
    found = Axe().run(browser_page, options={"resultTypes": ["violations"], "preload": False}).response["violations"]
    assert not [f"{one['id']}: {one['help']}, {node['html'][:120]}" for one in found for node in one["nodes"]
                if one["impact"] in ("serious", "critical")]


@pytest.mark.parametrize("path", ["functions/index.html", "cases/chapter5/profile_ci.html"])
def test_a_table_s_last_column_is_reached_on_a_phone(site: Path, browser_page: Page, path: str) -> None:
    browser_page.set_viewport_size(PHONE)
    browser_page.goto((site / path).as_uri())
    last = browser_page.locator("main table tr").first.locator("th, td").last
    last.evaluate("cell => cell.scrollIntoView({inline: 'end', block: 'center'})")
    box = last.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"] + 1, box
    assert sideways_scroll(browser_page) <= 0  # the table moves, not the page
