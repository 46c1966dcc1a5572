"""What importing these modules costs: heavy libraries wait until they are used."""
from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import translations.stats

HEAVY = ("statsmodels", "scipy.stats", "formulaic", "rpy2", "plotnine")


def test_no_heavy_library_at_import() -> None:
    folder = Path(translations.stats.__file__).parent
    modules = [".".join(("translations.stats", *path.relative_to(folder).with_suffix("").parts))
               for path in sorted(folder.rglob("[a-z]*.py"))]
    assert "translations.stats.linear.lm" in modules and "translations.stats.hypothesis_tests.t_test" in modules
    code = f"import sys, {', '.join(modules)}; print([name for name in {HEAVY} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_model_matrix_of_a_formula_is_there_before_any_model() -> None:
    code = "import translations as r; print(list(r.model_matrix('~ Days', r.sleepstudy()).columns))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['(Intercept)', 'Days']"
