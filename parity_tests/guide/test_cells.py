"""Pages' code cells: run one page by itself, kept where myst-nb looks for them."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import joblib
import pytest

from translations.guide import cells
from translations.guide.site import FRONT_MATTER

pytestmark = pytest.mark.skipif(not cells.can_fork(), reason="processes cannot be forked here: myst-nb runs the cells")
CELL = "```{code-cell} python\n%s\n```\n"


def page(place: Path, *codes: str) -> Path:
    made = place / "page.md"
    made.write_text(FRONT_MATTER + "# A page\n\n" + "\n".join(CELL % code for code in codes), encoding="utf-8")
    return made


def shown(page: Path) -> list[list[str]]:
    found = cells.run_page(page)
    assert not isinstance(found, str), found
    return [[one.get("text") or one.data["text/plain"] for one in cell.outputs]
            for cell in found.cells if cell.cell_type == "code"]


def test_what_cells_show_in_its_order(tmp_path: Path) -> None:
    first = "import sys\nprint(1)\nprint(2)\nsys.stderr.write('said')\ndisplay(3)\nprint(4)\n5"
    assert shown(page(tmp_path, first, "x = 6", "x")) == [["1\n2\n", "said", "3", "4\n", "5"], [], ["6"]]


def test_a_page_leaves_nothing_to_the_next_nor_here(tmp_path: Path) -> None:
    made = page(tmp_path, "import rparity as r, os\n_ = r.options(digits=3)\nopen('here', 'w').close()",
                "print(os.listdir(), 'y' in globals())\ny = 1")
    assert shown(made) == shown(made) == [[], ["['here'] False\n"]]
    from translations import settings

    assert settings.option("digits") == 7
    assert not Path("here").exists()


def test_a_warning_names_no_file_of_the_process(tmp_path: Path) -> None:
    made = page(tmp_path, "import sys", "print(f'{sys._getframe().f_code.co_filename}:2: UserWarning: so')")
    assert shown(made) == shown(made) == [[], ["cell:2: UserWarning: so\n"]]


def test_what_is_shown_says_not_where_it_lay_in_memory(tmp_path: Path) -> None:
    assert shown(page(tmp_path, "object()")) == [["<object>"]]


def test_an_error_is_told_unless_the_page_says_that_it_comes(tmp_path: Path) -> None:
    found = cells.run_page(page(tmp_path, "x = 1", "x / 0"))
    assert isinstance(found, str) and found.startswith("page.md: ") and "ZeroDivisionError" in found
    assert "x / 0" in found and "\x1b" not in found
    allowed = page(tmp_path, ":tags: [raises-exception]\n1 / 0", "2")
    done = cells.run_page(allowed)
    assert [cell.outputs[0].output_type for cell in done.cells if cell.cell_type == "code"] == [
        "error", "execute_result"]


def test_a_process_that_ends_early_is_told(tmp_path: Path) -> None:
    assert "ended early" in str(cells.run_page(page(tmp_path, "import os\nos._exit(3)")))


def test_myst_nb_finds_what_was_kept(tmp_path: Path) -> None:
    from jupyter_cache import get_cache

    made = page(tmp_path, "6 * 7")
    cells.keep([(made, cells.run(cells.read(made)))], tmp_path / "kept")
    _, merged = get_cache(str(tmp_path / "kept")).merge_match_into_notebook(cells.read(made))
    assert merged.cells[1].outputs[0].data["text/plain"] == "42"
    assert merged.metadata.language_info.pygments_lexer == "ipython3"


def test_joblib_s_workers_end_with_the_cells() -> None:
    joblib.Parallel(n_jobs=2, backend="loky")(joblib.delayed(abs)(number) for number in range(4))
    started = [one for one in multiprocessing.active_children() if "Loky" in one.name]
    assert started
    cells.end_workers()
    assert not any(one.is_alive() for one in started)
