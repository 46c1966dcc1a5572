"""Where the tests of something are: `parity_tests/` has the folders of `translations/`, and of what lies beside it."""
from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ROOT = TESTS.parent
FILES = {file.relative_to(TESTS).as_posix(): file for file in sorted(TESTS.rglob("test_*.py"))}

WHOLE = "asks many functions of many packages"
EXCEPTIONS = {
    "generated/test_generated_live.py": WHOLE,
    "journeys/test_data_scientist.py": "one user's way through many packages",
    "journeys/test_engineer.py": "one user's way through many commands",
    "journeys/test_psychologist.py": "one user's way through many packages",
    "robustness/test_bad_calls.py": WHOLE,
    "robustness/test_bad_data.py": WHOLE,
    "robustness/test_bad_input.py": WHOLE,
    "robustness/test_environments.py": WHOLE,
    "robustness/test_fuzzed_input.py": WHOLE,
    "robustness/test_interrupted.py": "kills commands, whatever they do",
    "robustness/test_pickled.py": WHOLE,
    "robustness/test_wrong_objects.py": WHOLE,
    "test_imports.py": "every module's imports, against CONTRIBUTING.md",
    "test_layout.py": "every test",
    "test_lock.py": "test.lock",
    "test_recipes.py": "CONTRIBUTING.md's recipes",
    "test_signatures.py": "every public function",
    "test_suites.py": "every case",
    "test_surface.py": "every public name",
}


def places(folder: str) -> list[Path]:
    """What a folder of tests mirrors: the folder of that name in the package, and the one beside it."""
    return [place for place in (ROOT / "translations" / folder, ROOT / folder) if place.is_dir()]


def subjects(folder: str) -> set[str]:
    """What its tests may be named after: a module, a page or a package that lies there, or the whole of it."""
    own = Path(folder).name or "translations"
    return {name for place in places(folder) for name in (own, *(one.stem.lower() for one in place.iterdir()))}


def is_named_after_something(name: str) -> bool:
    """Whether `test_<subject>.py` or `test_<subject>_<aspect>.py` lies where its subject does."""
    folder, _, file = name.rpartition("/")
    words = file.removeprefix("test_").removesuffix(".py").split("_")
    return any("_".join(words[:count]) in subjects(folder) for count in range(1, len(words) + 1))


@pytest.mark.parametrize("name", FILES)
def test_a_test_lies_where_its_subject_does(name: str) -> None:
    if name in EXCEPTIONS:
        assert not is_named_after_something(name), "no exception is needed"
    else:
        assert is_named_after_something(name), f"name it after one of {sorted(subjects(name.rpartition('/')[0]))}"


def test_exceptions_are_there() -> None:
    assert EXCEPTIONS.keys() <= FILES.keys()


@pytest.mark.parametrize(("name", "right"), [
    ("stats/linear/test_lm.py", True), ("stats/linear/test_lm_live.py", True), ("stats/test_stats_refusals.py", True),
    ("stats/test_lmer.py", False), ("lme4/test_lm.py", False), ("scripts/exact/test_mixed.py", True),
    ("guide/pages/test_your_own_case.py", True), ("nowhere/test_lm.py", False), ("test_readme.py", True),
])
def test_what_counts_as_named_after_something(name: str, right: bool) -> None:
    assert is_named_after_something(name) is right
