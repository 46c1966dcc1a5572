"""An engineer's day: R code translated, held to R by CI, and what is said of fifteen mistakes: `engineer.py FOLDER`.

It needs R. The commands are those of the README; what they print is printed, below a line `$ command`.
"""
from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

place = Path(sys.argv[1])
place.mkdir(parents=True, exist_ok=True)
os.chdir(place)

R = """\
# The mean and the median of four numbers.
w <- c(4.2, 3.9, 5.1, 4.4)
print(mean(w))
list(mean = mean(w), median = median(w))
"""
PYTHON = '''\
"""The mean and the median of four numbers."""
import numpy as np

from translations.parity import case


@case(tolerance=12)
def weights():
    w = [4.2, 3.9, 5.1, 4.4]
    print("[1]", np.mean(w))
    return {"mean": np.mean(w), "median": np.median(w)}
'''
# Each in a case of its own: what is written instead of what. The last three: R's script, or a lost file.
MISTAKES = {
    "package": ("import numpy as np", "import numpy as np, nopackage"),
    "syntax": ("def weights():", "def weights(:"),
    "bracket": ("5.1, 4.4]", "5.1, 4.4"),
    "bare": ("@case(tolerance=12)", "@case"),
    "undefined": ("np.median(w)", "median(w)"),
    "index": ("np.median(w)", "w[4]"),
    "otherwise": ("def weights", "def totals"),
    "unnamed": ('{"mean": np.mean(w), "median": np.median(w)}', "[np.mean(w)]"),
    "unlabelled": ("np.median(w)", "3j"),
    "value": ("np.median(w)", "np.max(w)"),
    "label": ('"median"', '"Median"'),
    "silent": ('    print("[1]", np.mean(w))\n', ""),
    "stopped": ("median = median(w)", "median = mediann(w)"),
    "changed": ("c(4.2,", "c(4.3,"),
    "alone": ("print", "print"),
}
OF_R = ("stopped", "changed", "alone")


def run(command: str) -> int:
    """Run a command as it stands, and show what it prints; its exit code."""
    print(f"$ {command}", flush=True)
    return subprocess.run(command, shell=True, stderr=subprocess.STDOUT).returncode


def write(name: str) -> None:
    """Both sides of a case, right ones."""
    Path(f"mine/{name}.R").write_text(R)
    Path(f"mine/{name}.py").write_text(PYTHON.replace("weights()", f"{name}()"))


# From two files to a suite that is green, and to what runs it elsewhere.
green = [run("rparity new mine/weights")]
write("weights")
green += [run("rparity regenerate --suite mine"), run("rparity check --suite mine --live"), run("pytest -q mine"),
          run("rparity new mine/ --ci")]
steps = re.findall(r"^ {4}- (rparity .*|pytest .*)$", Path(".gitlab-ci.yml").read_text(), re.MULTILINE)
green += [run(step) for step in steps]
if any(green):
    sys.exit("the suite is not green")

# Fifteen mistakes.
for name in MISTAKES:
    write(name)
run("rparity regenerate --suite mine > regenerated.txt")
for name, (right, wrong) in MISTAKES.items():
    file = Path(f"mine/{name}.{'R' if name in OF_R else 'py'}")
    code = file.read_text()
    right = right.replace("weights", name)
    if right not in code:
        sys.exit(f"{name}: there is no {right!r}")
    file.write_text(code.replace(right, wrong.replace("weights", name)))
Path("mine/alone.py").unlink()
run("rparity check --suite mine --github")
run("rparity regenerate --suite mine stopped")
