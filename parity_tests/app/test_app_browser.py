"""The app in a real browser: by keyboard, with bad input, on a phone, and as a screen reader has it.

The pages of these tests fail on a logged error and on a request to any other machine (`parity_tests/browser.py`).
"""

from __future__ import annotations

import re

import pytest

from translations.app import scripts, words
from translations.app.controls import BY_NAME, CONTROLS, DEFAULTS
from translations.app.figures import LAYERS
from translations.app.study import explore

from ..browser import PHONE, sideways_scroll, watch
from .shared import SharedPage, screen

NARROW = {**PHONE, "width": 360}


@pytest.fixture(scope="module")
def shared(served, chromium):
    here = SharedPage(chromium, served.url)
    yield here
    here.close()


@pytest.fixture
def page(shared):
    """The page that the tests share, at its defaults; what goes wrong on it fails the test that has it."""
    yield shared.page
    shared.bring_back()


@pytest.fixture
def phone(shared):
    shared.page.set_viewport_size(NARROW)
    yield shared.page
    shared.bring_back()


@pytest.fixture
def fresh(shared):
    """The page just loaded."""
    assert shared.problems == []
    shared.load()
    yield shared.page
    shared.bring_back()


def expect(locator):
    from playwright.sync_api import expect as hold

    return hold(locator)


def shows(page, name, value):
    """Wait until the page shows results for a setting: the script is rendered with all the rest."""
    line = f"set.seed({value})" if name == "seed" else f"{name} <- {value}"
    expect(page.locator("#r_code")).to_contain_text(line)


def box(page, name):
    return page.locator(f"#{name}-number")


@pytest.mark.parametrize("control", [one for one in CONTROLS if one.slider], ids=lambda one: one.name)
def test_every_slider_is_moved_by_the_keyboard(page, control):
    before = page.locator("#panels").inner_html()
    slider = page.get_by_role("slider", name=f"{control.label} slider", exact=True)
    slider.focus()
    page.keyboard.press("ArrowRight")
    value = f"{control.default + control.step:.10g}"
    expect(box(page, control.name)).to_have_value(value)
    shows(page, control.name, value)
    assert page.locator("#panels").inner_html() != before
    expect(page.get_by_role("status")).to_have_text(words.result(screen(**{control.name: value})))


@pytest.mark.parametrize("control", CONTROLS, ids=lambda one: one.name)
def test_every_box_takes_what_is_typed(page, control):
    name = " ".join(part for part in (control.label, control.symbol, control.unit) if part)
    typed = page.get_by_role("spinbutton", name=name, exact=True)
    typed.focus()
    page.keyboard.press("Control+A")
    value = {"rho": "-0.35", "missing": "0.15", "seed": "2147483647"}.get(control.name, f"{control.default + 2:g}")
    page.keyboard.type(value)
    shows(page, control.name, value)
    page.keyboard.press("ArrowDown" if control.name == "seed" else "ArrowUp")
    stepped = float(value) + (-1 if control.name == "seed" else control.step)
    shows(page, control.name, f"{stepped:.10g}")
    if control.slider:
        assert float(page.locator(f"#{control.name} input[type=range]").input_value()) == pytest.approx(stepped)


def test_the_tab_key_reaches_everything_and_the_focus_is_seen(fresh):
    """In the order of reading, each with a name and an outline."""
    seen = []
    for _ in range(60):
        fresh.keyboard.press("Tab")
        focus = fresh.evaluate(
            """() => { const e = document.activeElement, style = getComputedStyle(e);
            return [e.id || e.textContent || e.ariaLabel, e.tagName, style.outlineStyle, style.outlineWidth]; }"""
        )
        if focus[1] == "BODY":
            break
        assert focus[2] != "none" and float(focus[3].removesuffix("px")) >= 2, focus
        seen.append(focus[0])
    boxes = [f"{control.name}-number" for control in CONTROLS]
    assert seen[0] == "Skip to the results"
    assert [name for name in seen if name in boxes] == boxes
    order = ["draw", "reset", "link", "show-complete", "show-none", "show-partial", "show-truth",
             "Lines of every subject", "The data", "Data (CSV)", "R script", "Python script", "figure-name",
             "figure-format", "figure-width", "figure-dpi", "figure"]  # fmt: skip
    assert [name for name in seen if name in order] == order
    assert sum(name.endswith(" slider") for name in seen) == sum(control.slider for control in CONTROLS)


def test_the_skip_link_leads_to_the_results(page):
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "results"


def test_draw_again_and_reset(page):
    page.get_by_role("button", name="Draw again").press("Enter")
    seed = box(page, "seed").input_value()
    assert seed != "1"
    shows(page, "seed", seed)
    box(page, "days").fill("12")
    shows(page, "days", "12")
    page.get_by_role("button", name="Reset").press("Enter")
    for control in CONTROLS:
        expect(box(page, control.name)).to_have_value(f"{control.default:g}")
    shows(page, "days", "8")
    expect(page.locator("#summary")).to_have_text(explore(DEFAULTS).summary)


def test_the_address_carries_the_settings(page, served, chromium):
    box(page, "days").fill("12")
    box(page, "rho").fill("-0.5")
    shows(page, "days", "12")
    shows(page, "rho", "-0.5")
    expect(page).to_have_url(f"{served.url}/?rho=-0.5&days=12")
    other = chromium.new_page()  # of somebody to whom the link was sent
    problems = watch(other)
    other.goto(page.url)
    shows(other, "days", "12")
    shows(other, "rho", "-0.5")
    expect(other.locator("#rho input[type=range]")).to_have_value("-0.5")
    expect(other.locator("#summary")).to_have_text(screen(days=12, rho=-0.5).summary)
    other.close()
    assert problems == []
    page.get_by_role("button", name="Copy link").press("Enter")
    expect(page.locator("#link")).to_contain_text(re.compile("Link copied|this page’s address"))
    page.get_by_role("button", name="Reset").press("Enter")
    shows(page, "days", "8")
    expect(page).to_have_url(f"{served.url}/")


def test_the_address_carries_the_lines_and_the_figure(page, served, chromium):
    page.get_by_role("checkbox", name="True line").check()
    page.get_by_label("Format").select_option("pdf")
    page.get_by_label("Width (inches)").fill("6")
    page.get_by_label("Width (inches)").press("Tab")
    expect(page).to_have_url(re.compile("show=complete.*truth.*figure-format=pdf.*figure-width=6"))
    other = chromium.new_page()
    problems = watch(other)
    other.goto(page.url)
    shows(other, "days", "8")
    expect(other.get_by_role("checkbox", name="True line")).to_be_checked()
    link = other.get_by_role("link", name="Figure", exact=True)
    expect(link).to_have_attribute("href", re.compile(r"files/panels\.pdf\?.*seed=1.*width=6.*truth"))
    with other.expect_download(timeout=300_000) as caught:
        link.press("Enter")
    assert caught.value.suggested_filename == "panels.pdf" and caught.value.path().read_bytes().startswith(b"%PDF")
    other.close()
    assert problems == []
    page.get_by_label("Format").select_option("png")
    page.get_by_label("Width (inches)").fill("8")
    page.get_by_role("checkbox", name="True line").uncheck()
    expect(page).to_have_url(f"{served.url}/")


@pytest.mark.parametrize("name", LAYERS)
def test_each_pooling_is_shown_and_hidden(page, name):
    line = page.locator(f".panel .line.{name}").first
    visible = name != "truth"
    assert line.is_visible() is visible
    page.locator(f"#show-{name}").focus()
    page.keyboard.press("Space")
    assert line.is_visible() is not visible
    others = [other for other in LAYERS if other not in (name, "truth")]
    assert all(page.locator(f".panel .line.{other}").first.is_visible() for other in others)


@pytest.mark.parametrize(
    ("name", "typed", "told"),
    [
        ("rho", "", "Correlation is empty: enter a number between -1 and 1."),
        ("rho", "2", "Correlation must be a number between -1 and 1, not 2."),
        ("sigma", "e", "Residual sd is not a number: enter a number between 0.5 and 100."),
        ("subjects", "1", "Subjects must be a whole number between 2 and 60, not 1."),
        ("subjects", "1000000", "Subjects must be a whole number between 2 and 60, not 1000000."),
        ("days", "4.5", "Days must be a whole number between 3 and 20, not 4.5."),
        ("seed", "-1", "Seed must be a whole number between 0 and 2147483647, not -1."),
    ],
)
def test_bad_input_is_told_beside_the_control(page, name, typed, told):
    before = page.locator("#panels").inner_html()
    box(page, name).focus()
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(typed)  # at once: a first digit alone may be a number that can be used
    expect(page.locator(f"#{name}-problem")).to_have_text(told)
    expect(box(page, name)).to_have_attribute("aria-invalid", "true")
    expect(box(page, name)).to_have_accessible_description(told)
    expect(page.get_by_role("status")).to_contain_text(f"Not redrawn. What is shown belongs to the last settings that "
                                                       f"work.{told}")
    assert page.locator("#panels").inner_html() == before
    page.get_by_role("link", name=f"Go to {BY_NAME[name].label}").press("Enter")
    assert page.evaluate("document.activeElement.id") == f"{name}-number"
    page.get_by_role("button", name="Reset").click()
    expect(page.locator(f"#{name}-problem")).to_be_empty()
    expect(box(page, name)).to_have_attribute("aria-invalid", "false")
    expect(page.get_by_role("status")).not_to_contain_text("Not redrawn")


def test_a_singular_fit_is_told(page):
    box(page, "tau11").fill("0")
    box(page, "seed").fill("3")
    expect(page.locator(".note")).to_have_text(words.notes(screen(tau11=0, seed=3))[0])


@pytest.mark.parametrize(
    ("link", "name", "content"),
    [
        ("Data (CSV)", "three_poolings.csv", lambda shown: scripts.csv(shown.data)),
        ("R script", "three_poolings.R", lambda shown: scripts.r_script(shown.settings)),
        ("Python script", "three_poolings.py", lambda shown: scripts.python_script(shown.settings)),
    ],
)
def test_downloads_are_what_is_shown(page, link, name, content):
    """Also when the controls have since been set to what cannot be plotted."""
    box(page, "missing").fill("0.25")
    shows(page, "missing", "0.25")
    box(page, "days").fill("-3")
    expect(page.locator("#days-problem")).not_to_be_empty()
    with page.expect_download() as caught:
        page.get_by_role("link", name=link, exact=True).press("Enter")
    assert caught.value.suggested_filename == name
    assert caught.value.path().read_text() == content(screen(missing=0.25))


def test_on_a_phone_nothing_is_wider_than_the_screen(phone):
    assert sideways_scroll(phone) == 0
    for fold in phone.locator("summary").all():
        fold.press("Enter")
    box(phone, "subjects").fill("60")
    box(phone, "days").fill("20")
    shows(phone, "days", "20")
    box(phone, "rho").fill("7")
    expect(phone.locator("#rho-problem")).not_to_be_empty()
    assert sideways_scroll(phone) == 0
    expect(phone.locator(".panel")).to_have_count(60)


def test_on_a_phone_the_figures_can_be_read(phone):
    """No text below 9 pixels, and the controls in sight beside the figure that they change."""
    sizes = phone.evaluate(
        """() => [...document.querySelectorAll("svg[viewBox] text")].map(t => {
        const svg = t.closest("svg[viewBox]");
        return parseFloat(getComputedStyle(t).fontSize) * svg.clientWidth / svg.viewBox.baseVal.width; })"""
    )
    assert min(sizes) >= 9
    phone.locator(".panel").nth(4).scroll_into_view_if_needed()
    assert phone.get_by_role("slider", name="Intercept slider", exact=True).is_visible()
    controls, panel = phone.locator("#controls").bounding_box(), phone.locator(".panel").nth(4).bounding_box()
    assert controls["y"] >= 0 and controls["height"] < NARROW["height"] / 2
    assert panel["y"] + panel["height"] <= NARROW["height"]


def test_the_page_as_a_screen_reader_has_it(page):
    assert page.title() == "Three poolings of one data set"
    assert page.evaluate("document.documentElement.lang") == "en"
    expect(page.locator("body")).to_match_aria_snapshot("""
      - link "Skip to the results"
      - banner:
        - heading "Three poolings of one data set" [level=1]
        - paragraph
      - form "What is true":
        - group "Population means":
          - spinbutton "Intercept γ₀ ms": "268"
          - slider "Intercept slider": "268"
        - group "Variation"
        - group "Sample"
        - button "Draw again"
        - button "Reset"
      - main:
        - status:
          - paragraph: /From 144 observations lmer estimates a slope of .* \\(root mean square\\)/
        - heading "Data and the three poolings" [level=2]
        - group "Show":
          - checkbox "Complete pooling" [checked]
          - checkbox "No pooling" [checked]
          - checkbox "Partial pooling" [checked]
          - checkbox "True line"
        - img /18 panels, one a subject/
        - heading "Shrinkage" [level=2]
        - img /Each subject’s slope against its intercept/
        - heading "Estimates and truth" [level=2]
        - region /What lmer estimates/:
          - table /What lmer estimates/:
            - rowgroup:
              - row "Parameter Truth Estimate 95% interval"
            - rowgroup:
              - row /Intercept γ₀ 268.0/
        - region /Distance of the subjects’ lines/:
          - table /Distance of the subjects’ lines/
        - heading "Numbers" [level=2]
        - heading "Take it with you" [level=2]
        - link "Data (CSV)"
        - link "R script"
        - link "Python script"
        - group "A figure for print, with the lines that are shown":
          - combobox "Figure"
          - combobox "Format"
          - spinbutton "Width (inches)": "8"
          - spinbutton "Dots an inch (PNG)": "300"
          - link "Figure"
    """)


def test_only_the_result_is_read_out(page):
    """One live region, so that a change is told once."""
    live = page.evaluate("[...document.querySelectorAll('[aria-live=polite], [aria-live=assertive]')].map(e => e.id)")
    assert live == ["answer"]
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    unnamed = page.evaluate(
        "[...document.querySelectorAll('input')].filter(e => !e.labels.length && !e.ariaLabel).map(e => e.outerHTML)"
    )
    assert unnamed == []


def test_tables_stand_for_the_figures(page):
    shown = explore(DEFAULTS)
    page.get_by_text("Lines of every subject").press("Enter")
    row = page.get_by_role("table", name=re.compile("^Lines:")).get_by_role("row").nth(1)
    every = (shown.truth, shown.none, shown.partial)
    told = [words.number(float(lines[0, k]), 1 + k) for k in (0, 1) for lines in every]
    assert row.get_by_role("cell").all_inner_texts() == ["8", *told]
    page.get_by_text("The data", exact=True).press("Enter")
    row = page.get_by_role("table", name=re.compile("^Reaction times")).get_by_role("row").nth(1)
    assert row.get_by_role("cell").all_inner_texts() == [words.number(float(value), 1) for value in shown.y[0]]


def test_a_fault_on_the_shared_page_fails_the_test_that_has_it(shared):
    """And not the next one."""
    planted = "setTimeout(() => { throw Error('planted'); }); document.querySelector('h1').textContent = 'unlike';"
    shared.page.evaluate(f"() => {{ {planted} }}")
    with pytest.raises(AssertionError, match="(?s)exception: planted.*not as it was.*unlike"):
        shared.bring_back()
    shared.bring_back()
