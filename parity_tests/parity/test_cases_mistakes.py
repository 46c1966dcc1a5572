"""Mistakes that a writer of a suite makes: each is its case's row, names file, line and cure, and the others go on."""
from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from translations.parity.cases import Suite, directory_suite
from translations.parity.check import Outcome, outcomes
from translations.parity.report import as_html
from translations.settings import option

from .made_up import answered, own_pytest, store

MISTAKES = {
    "a package that is not there": (
        "import math", "import math, no_such_package",
        r"one\.py, line 2, `import math, no_such_package`: ModuleNotFoundError: .*: pip install no_such_package\)"),
    "a syntax error": ("def one():", "def one(:", r"one\.py, line 8, `def one\(:`: SyntaxError: invalid syntax"),
    "a bracket that is not closed": ("[1.0, 2.0, 3.0]", "[1.0, 2.0, 3.0",
                                     r"one\.py, line 9, .*SyntaxError: '\[' was never"),
    "a block out of line": ("    return", "      return",
                            r"one\.py, line 11, .*IndentationError: .*\(lines of one block begin in one column\)"),
    "@case without parentheses": ("@case(tolerance=9)", "@case",
                                  r"one\.py, line 7, `@case`: TypeError: write @case\(\)"),
    "a name that is not defined": ("math.fsum(x)", "total(x)",
                                   r"one\.py, line 10, `answer = total\(x\) / len\(x\)`: NameError: name 'total'"),
    "an index out of range": ("math.fsum(x)", "x[3]", r"one\.py, line 10, .*IndexError: list index out of range"),
    "a function called otherwise than its file": (
        "def one", "def other", r"must be a function named one, as its file is; the one on line 8 is named other"),
    "a second case": ('    return', '    return {"mean": answer}\n\n\n@case()\ndef two():\n    return',
                      r"two is a second case, which would never run; give it a file of its own"),
    "an answer without names": ('{"mean": answer}', "[answer]",
                                r"one\.py, line 8, `def one`: Unlabelled: a case returns a dict .*, not list"),
    "a complex number": ("answer}", "answer + 1j}", r"one\.py, line 8, .*mean: cannot label .* return its parts"),
    "a value that differs": ("len(x)", "4", r"mean: 1\.5 where 2 is expected \(0\.6 digits of 9\)"),
    "a label that R has not": ('"mean"', '"Mean"', r"Mean: 2 where nothing is expected"),
    "a name of R's that is not here": ("math.fsum(x)", "__import__('rparity').read_rds(x)",
                                       r"one\.py, line 10, .*AttributeError"),
    "a difference for a tolerance": ("tolerance=9", "tolerance=1e-6",
                                     r"one\.py, line 7, .*a tolerance of 1e-06 lets anything pass"),
    "no number for a tolerance": ("tolerance=9", "tolerance=float('nan')", r"line 7, .*nan lets anything pass"),
    "an end of the program": ("    answer = ", "    raise SystemExit(0)\n    answer = ",
                              r"one\.py, line 10, `raise SystemExit\(0\)`: RuntimeError: sys\.exit\(0\) would end"),
    "an end while it is read": ("import math", "import math\nraise SystemExit",
                                 r"one\.py, line 3, .*would end the check"),
    "an end of the process": ("    answer = ", "    __import__('os')._exit(0)\n    answer = ",
                              r"one\.py, line 10, .*os\._exit\(0\) would end the check"),
    "no return": ("    return", "    answer =", r"line 8, .*not NoneType; end it with return"),
    "async": ("def one", "async def one", r"line 8, .*not coroutine; write def, not async def"),
    "yield": ("    return", "    yield", r"line 8, .*not generator; write return, not yield"),
    "one label twice": ('{"mean": answer}', '{1: answer, "1": answer}', r"line 8, .*labelled 1 \(give each a name"),
    "an argument": ("def one():", "def one(data):", r"one\.py, line 8, `def one`: .*'data' \(a case takes nothing, or"),
    "a file elsewhere": ("    answer = ", "    open('spare.R')\n    answer = ",
                         r'line 10, .*Path\(__file__\)\.with_name\("spare\.R"\)'),
    "a file's name": ("    answer = ", "    open('spar.R')\n    answer = ", r"line 10, .*did you mean spare\.R"),
    "no such file": ("    answer = ", "    open('zz.csv')\n    answer = ", r"line 10, .*no zz\.csv beside this file"),
    "no end": ("    answer = ", "    one()\n    answer = ", r"line 10, `one\(\)`: RecursionError.* itself without end"),
    "a question": ("    answer = ", "    input('?')\n    answer = ", r"line 10, .*nobody is asked while cases run"),
    "a name that rparity has not": ("import math", "import math\nfrom rparity import lmerr",
                                    r"line 3, .*ImportError.*did you mean lmer\?"),
    "an import from its folder": ("import math", "import math\nfrom .helpers import x",
                                  r"line 3, .*from helpers import x\)"),
    "a method of a model": ("    answer = ", "    fit = __import__('rparity').lm('y ~ 1', {'y': x})\n"
                            "    fit.fitted_values\n    answer = ", r"line 11, .*functions here: r\.fitted\(model\)"),
    "a label that pandas has not": ("    answer = ", "    __import__('pandas').Series({'varietyB': 1})['variety_B']\n"
                                    "    answer = ", r"line 10, .*KeyError: variety_B \(did you mean varietyB\?"),
    "a formula's bracket": ("    answer = ", "    __import__('rparity').lm('y ~ (x', {'y': x})\n    answer = ",
                            r"line 10, .*unexpected end in 'y ~ \(x': a \( is not closed"),
    "no text": ("import math", "import math\0", r"one\.py: SyntaxError: .*null bytes \(the file is no text"),
    "another decorator": ("@case(", "@cas(", r"one\.py declares no case: .*write @case\(\) above def one"),
    "a class": ("def one():", "class one:\n    pass\n\n\ndef two():",
                r"one\.py, line 7, `@case\(.*: a case is a function, def NAME"),
    "the function twice": ("import math", "import math\n\n\ndef one():\n    pass",
                           r"one\.py, line 12: one is defined a second time, and the first would never run"),
    "a tolerance that is none": ("tolerance=9", "tolerance='tight'",
                                 r"one\.py, line 7, .*'tight' is no tolerance; write a named one"),
}


def of(suite: Suite, name: str) -> list[Outcome]:
    return [one for one in outcomes(suite) if one.case == name]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_names_file_line_and_cure_and_the_others_go_on(mistake: str, suite: Suite) -> None:
    right, wrong, said = MISTAKES[mistake]
    code = (suite.code / "one.py").read_text()
    assert right in code
    (suite.code / "one.py").write_text(code.replace(right, wrong))
    [found] = of(suite, "one")
    assert not found.passed and re.search(said, found.explain()), found.explain()
    assert [one.passed for one in of(suite, "spare")] == [True]


@pytest.mark.parametrize("kept", ["", "{}", "[]", "half", "text for values"])
def test_a_reference_that_cannot_be_read_is_its_cases_row(kept: str, suite: Suite) -> None:
    file = suite.code / "one.json"
    whole = file.read_text()
    broken = {"half": whole[: len(whole) // 2], "text for values": whole.replace('"values"', '"Values"')}
    file.write_text(broken.get(kept, kept))
    found = of(suite, "one")
    assert found and not any(one.passed for one in found)
    assert all(re.search(r"one\.json is no reference .*git checkout has it", one.explain()) for one in found)
    assert [one.passed for one in of(suite, "spare")] == [True]


def test_what_is_not_in_the_python_file(suite: Suite) -> None:
    (suite.code / "one.json").unlink()
    assert "rparity regenerate --suite" in of(suite, "one")[0].explain()
    (suite.code / "spare.R").write_text("list(mean = 2)\n")
    assert re.search("spare.R.*rparity regenerate", of(suite, "spare")[0].explain(), re.DOTALL)
    (suite.code / "spare.py").unlink()
    assert "no spare.py is here: nothing translates spare.R" in of(suite, "spare")[0].explain()


def test_r_prints_and_python_does_not(suite: Suite) -> None:
    store(suite, "one", default=answered("[1] 2\n[1] <b>", mean=2.0))
    found = next(one for one in of(suite, "one") if not one.passed)
    assert "R prints 2 lines and the translation nothing: print() what R prints" in found.explain()
    page = as_html([found], 1.0)
    assert '<tr class=other><td>[1] &lt;b&gt;</td><td></td></tr>' in page


def test_pytest_collects_the_others_too(suite: Suite) -> None:
    code = (suite.code / "one.py").read_text()
    (suite.code / "one.py").write_text(code.replace("def one():", "def one(:"))
    ran = own_pytest("-q", ".", cwd=suite.code)
    assert "1 failed, 1 passed" in ran.stdout and "one.py, line 8, `def one(:`: SyntaxError" in ran.stdout
    assert "Traceback" not in ran.stdout


def test_what_a_case_changes_ends_with_it(suite: Suite) -> None:
    code = (suite.code / "one.py").read_text()
    (suite.code / "one.py").write_text(code.replace(
        "    x =", "    import os, rparity\n    os.chdir('/')\n    rparity.options(digits=3, lme4='2.1')\n    x ="))
    here = Path.cwd()
    assert [one.passed for one in of(suite, "one")] == [True]
    assert Path.cwd() == here and (option("digits"), option("lme4")) == (7, "1.1-31")


def test_a_helper_lies_beside_its_cases_and_is_not_taken_for_another_suites(suite: Suite, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(suite.code, other)
    for place, number in ((suite.code, 3), (other, 4)):
        (place / "_helpers.py").write_text(f"NUMBER = {number}\n")
        for name, old, new in (("one", "import math\n", "import math\nfrom _helpers import NUMBER\n"),
                               ("spare", "    answer", "    from _helpers import NUMBER\n    answer")):
            code = (place / f"{name}.py").read_text()
            (place / f"{name}.py").write_text(code.replace(old, new).replace("len(x)", "NUMBER"))
    assert [one.passed for one in outcomes(suite)] == [True, True]
    assert [one.passed for one in outcomes(directory_suite(other))] == [False, False]


def test_a_case_in_another_encoding_hides_no_other(suite: Suite) -> None:
    code = (suite.code / "one.py").read_text()
    (suite.code / "one.py").write_bytes(code.replace("A mean", "Caf\u00e9").encode("latin-1"))
    [found] = of(suite, "one")
    assert "(save the file as UTF-8)" in found.explain() and [one.passed for one in of(suite, "spare")] == [True]
    (suite.code / "one.py").write_bytes(b"# coding: latin-1\n" + code.replace("A mean", "Caf\u00e9").encode("latin-1"))
    assert suite.without_control() == {"one", "spare"}
    assert [one.passed for one in of(directory_suite(suite.code), "one")] == [True]


def test_a_file_whose_name_no_function_can_have(suite: Suite) -> None:
    for end in (".py", ".R", ".json"):
        shutil.copy(suite.code / f"spare{end}", suite.code / f"2nd{end}")
    [found] = of(suite, "2nd")
    assert "no function can be named 2nd, as a case is by its file: rename the file" in found.explain()


def test_draws_without_a_seed_are_named(suite: Suite) -> None:
    script = suite.code / "one.R"
    for line, named in (("x <- rnorm(3)", True), ("set.seed(2); x <- rnorm(3)", False)):
        script.write_text(f"{line}\nlist(mean = mean(x))\n")
        store(suite, "one", default=answered(mean=0.123456))
        assert ("begin the script with set.seed" in of(suite, "one")[0].explain()) == named


def test_a_script_with_a_small_r_and_a_folder_like_a_script(suite: Suite) -> None:
    (suite.code / "one.R").rename(suite.code / "one.r")
    (suite.code / "one.json").unlink()
    (suite.code / "folder.R").mkdir()
    assert "name one.r one.R, as scripts are, and make it with: rparity regenerate" in of(suite, "one")[0].explain()
    assert [one.name for one in suite.scripts()] == ["spare.R"]
