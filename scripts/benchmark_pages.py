"""What a reader waits for: the guide's search in a browser, and the app's answer to a slider. After `make guide`,

    .venv/bin/python scripts/benchmark_pages.py site

Prints milliseconds: of each question to the search the quickest of five, which is the page's own time; of a slider's
change the server's CPU time from message to answer, the mean of ten, for the usual study and for a large one.
"""
from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
QUESTIONS = ["lmer", "compare two models likelihood ratio test", "mean by group", "model failed to converge"]
STUDIES = {"usual study": {}, "60 subjects, 20 days": {"subjects": "60", "days": "20", "missing": "0.2"}}
SPENT = """(questions) => questions.map((one) => Math.min(...[1, 2, 3, 4, 5].map(() => {
    const start = performance.now();
    wordsAnswers(one, WORDS, 4);
    Search._performSearch(...Search._parseQuery(one));
    return performance.now() - start;
})))"""


def searches(site: Path) -> Iterator[tuple[str, float]]:
    """Each question and its milliseconds."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{(site / 'search.html').as_uri()}?q=lmer")
        page.locator("ul.search li").first.wait_for()
        yield from zip(QUESTIONS, page.evaluate(SPENT, QUESTIONS), strict=True)


def sliders(changes: int = 10) -> Iterator[tuple[str, float]]:
    """Each study and the milliseconds of a change."""
    sys.path.insert(0, str(ROOT))
    from parity_tests.app.served import Served, Visitor

    with Served() as served:
        visitor = Visitor(served.url)
        for name, study in STUDIES.items():
            visitor.change({**study, "seed": "2"})
            start = served.cpu()
            for step in range(changes):
                visitor.change({"gamma1": f"{2 * step + 0.5:g}"})
            yield name, 1000 * (served.cpu() - start) / changes


def main() -> None:
    for kind, measured in (("search", searches(Path(sys.argv[1]).resolve())), ("slider", sliders())):
        for name, spent in measured:
            print(f"{kind} {spent:7.1f} ms  {name}")


if __name__ == "__main__":
    main()
