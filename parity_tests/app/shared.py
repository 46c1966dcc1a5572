"""One page of the app that many tests use in turn: to load it takes ten times the work of what most of them do."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from translations.app.controls import CONTROLS, read
from translations.app.study import explore

from ..browser import DESKTOP, watch

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# `state` is what a test can have changed. `back` undoes it, and resolves to "" or to where the page still differs. If
# controls were touched, an impossible seed is asked for first: what was still under way is answered before that is.
_KEEPER = """() => {
  const all = (found) => [...document.querySelectorAll(found)];
  const seed = document.getElementById("seed-number"), told = document.getElementById("seed-problem");
  const idle = () => !document.documentElement.classList.contains("shiny-busy");
  const scrolled = () => [document.scrollingElement, ...all("#controls, .pair .scroll")].filter(
    (e) => e.scrollTop || e.scrollLeft);  // not all elements: that would lay out what the folds hide
  const state = () => JSON.stringify([
    location.href, innerWidth, innerHeight, document.activeElement.tagName, getSelection().isCollapsed,
    all("input").map((e) => [e.id || e.ariaLabel, e.value, e.checked]), scrolled().map((e) => e.id || e.tagName),
    document.documentElement.outerHTML,
  ]);
  const until = async (holds) => {
    const start = performance.now();
    while (!holds() && performance.now() - start < 30000) await new Promise((then) => setTimeout(then, 20));
  };
  const first = state();
  let touched = false;
  document.addEventListener("input", (event) => { touched ||= event.target.closest(".control") !== null; }, true);
  const back = async (turn) => {
    for (const e of all("input")) {
      if (e.checked === e.defaultChecked) continue;
      e.checked = e.defaultChecked;
      e.dispatchEvent(new Event("change", { bubbles: true }));
    }
    for (const e of all("details[open]")) e.open = false;
    getSelection().removeAllRanges();
    history.replaceState(null, "", location.pathname);
    document.body.tabIndex = -1;  // the Tab key starts at the top, as on a page that was just loaded
    document.body.focus({ preventScroll: true });
    document.body.removeAttribute("tabindex");
    const asBefore = () => {
      for (const e of scrolled()) e.scrollTo(0, 0);
      return state() === first;
    };
    if (touched) {
      seed.value = -turn;
      seed.dispatchEvent(new Event("input", { bubbles: true }));
      await until(() => told.textContent.endsWith(`not -${turn}.`));
      document.getElementById("reset").click();
      await until(() => idle() && told.textContent === "" && asBefore());
      touched = false;
    }
    if (asBefore()) return "";
    const now = state();
    let same = 0;
    while (now[same] === first[same]) same += 1;
    return [first, now].map((text) => text.slice(Math.max(0, same - 60), same + 120)).join("\\n-> ");
  };
  return { back };
}"""
_READY = """() => !document.documentElement.classList.contains("shiny-busy") && document.querySelector(".panel")
    && document.querySelector("a[data-file]").href.includes("seed=")"""


class SharedPage:
    """A page at desktop size that is at its defaults whenever a test gets it. `problems` is what went wrong on it."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._context = browser.new_context(viewport=DESKTOP, reduced_motion="reduce")
        self._url = url
        self._turns = count(1001)
        self.load()

    def load(self) -> None:
        """A new page in place of the one there is. Raises AssertionError for what goes wrong on it."""
        for old in self._context.pages:
            old.close()
        self.page = self._context.new_page()
        self.problems = watch(self.page)
        self.page.goto(self._url)
        self.page.wait_for_function(_READY)
        self._keeper = self.page.evaluate_handle(_KEEPER)
        assert not self.problems, "\n".join(self.problems)

    def bring_back(self) -> None:
        """To the defaults, by the Reset button. Raises AssertionError for what went wrong since the last time, or where
        the page cannot be brought back; the next test then gets a new one.
        """
        try:
            if self.page.viewport_size != DESKTOP:
                self.page.set_viewport_size(DESKTOP)
            self.page.mouse.move(0, 0)
            left = self._keeper.evaluate("(keeper, turn) => keeper.back(turn)", next(self._turns))
            wrong = [*self.problems, *([f"the page is not as it was when it was loaded:\n{left}"] if left else [])]
            assert not wrong, "\n".join(wrong)
        except BaseException:
            self.load()
            raise

    def close(self) -> None:
        """Leave. Raises AssertionError for what went wrong after the last test."""
        self._context.close()
        assert not self.problems, "\n".join(self.problems)


def screen(**changed: Any) -> Any:
    """What the page shows with these settings changed."""
    return explore(read({**{control.name: control.default for control in CONTROLS}, **changed}))
