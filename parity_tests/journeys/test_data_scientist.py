"""A data scientist's notebook, run by Jupyter's own kernel, and looked at in a browser."""
from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NOTEBOOK = [
    "import polars\nimport rparity as r\nsleep = polars.from_pandas(r.sleepstudy())",
    'model = r.lmer("Reaction ~ Days + (Days | Subject)", sleep)\nmodel',
    "r.summary(model)", "r.VarCorr(model)", "r.ranef(model)", "r.t_test([4.1, 5.3, 2.2, 6.0, 3.9], mu=3)",
    "r.KRmodcomp(model, r.update(model, '. ~ . - Days'))",
    'r.augment(model).select("Reaction", ".fitted", ".resid").head(3)',
    'g = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", r.load("cbpp"), "binomial")\ng',
    'r.summary(g)', 'means = r.emmeans(g, "period", type="response")\nmeans', "r.pairs(means)",
    "boot = r.bootMer(model, 'fixef', 100, seed=1, progress=True)\nboot",
    'r.save(g, "g.parquet")\nr.VarCorr(r.load("g.parquet"))',
]
BAR = 12  # the cell that shows how far it is


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Any:
    import nbformat
    from nbclient import NotebookClient

    place = tmp_path_factory.mktemp("notebook")
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in NOTEBOOK])
    spec = place / "kernels" / "this"
    spec.mkdir(parents=True)
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (spec / "kernel.json").write_text(json.dumps({"argv": command, "display_name": "this", "language": "python"}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(place))
        patch.setenv("IPYTHONDIR", str(place / "ipython"))
        patch.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
        NotebookClient(made, timeout=300, kernel_name="this").execute(cwd=str(place))
    return made


def html_of(cell: Any) -> str:
    return "".join(output["data"].get("text/html", "") for output in cell.outputs if "data" in output)


@pytest.mark.xdist_group("notebook")
def test_every_result_of_a_notebook_is_a_table(notebook: Any) -> None:
    assert [cell.source for cell in notebook.cells[1:] if "<table" not in html_of(cell)] == []
    bar = "".join(one["text"] for one in notebook.cells[BAR].outputs if one.get("name") == "stderr")
    assert "replicates: 100 of 100" in bar
    kept = html_of(notebook.cells[-1])
    assert "herd" in kept and "0.6421" in kept


@pytest.mark.xdist_group("notebook")
def test_the_notebook_in_a_browser(notebook: Any, chromium: Browser, tmp_path: Path) -> None:
    """Tables as Jupyter has them, in a page as wide as its cells: nothing runs out of it, nothing lies on another."""
    cells = "".join(f"<div class=output>{html_of(cell)}</div>" for cell in notebook.cells)
    page = chromium.new_page(viewport={"width": 900, "height": 700})
    page.set_content(f"<!doctype html><style>body {{ font: 13px sans-serif; margin: 1rem }}</style>{cells}")
    found = page.evaluate("""() => [...document.querySelectorAll('table')].map(table => {
        const box = table.getBoundingClientRect();
        const inside = box.left >= 0 && box.right <= window.innerWidth;
        return [inside, box.width > 60 && box.height > 20, box.top, box.bottom];
    })""")
    assert len(found) >= len(NOTEBOOK) - 1
    assert [i for i, (inside, seen, *_) in enumerate(found) if not (inside and seen)] == []
    tops = sorted((top, bottom) for *_, top, bottom in found)
    assert all(bottom <= top + 1 for (_, bottom), (top, _) in zip(tops, tops[1:], strict=False))
    page.screenshot(path=str(tmp_path / "notebook.png"), full_page=True)
    assert (tmp_path / "notebook.png").stat().st_size > 20_000
    page.close()
