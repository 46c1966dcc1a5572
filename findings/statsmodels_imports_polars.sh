#!/usr/bin/env bash
# Importing statsmodels loads polars wherever polars happens to be installed, with its memory, its time and a thread of its own.
#
# Versions: statsmodels 0.15.0 and polars 2.1.0 (PyPI), Python 3.11, Linux.
# Guess before: statsmodels works on numpy and pandas; another frame library is loaded when one of its frames is handed over.
# Seen: after `import statsmodels.api` the module polars is loaded and the process has a native thread "polars-ooc-clea" that no
#   Python list of threads shows; with polars not installed, or hidden, neither. A process that forks afterwards forks with a
#   thread running (Python 3.12 and later warn of that for Python's own threads only). Hiding it: sys.modules["polars"] = None
#   before the import. Source: statsmodels/tools/data.py, a plain `import polars` inside try/except ImportError.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/env"
"$place/env/bin/pip" install --quiet statsmodels==0.15.0 polars==2.1.0
cat > "$place/look.py" <<'PY'
import os
import sys

if "hidden" in sys.argv:
    sys.modules["polars"] = None
import statsmodels.api  # noqa: F401

threads = [open(f"/proc/self/task/{task}/comm").read().strip() for task in os.listdir("/proc/self/task")]
print("polars loaded:", sys.modules.get("polars") is not None, "its thread:", any(t.startswith("polars") for t in threads))
PY
shown=$(OPENBLAS_NUM_THREADS=1 "$place/env/bin/python" "$place/look.py")
hidden=$(OPENBLAS_NUM_THREADS=1 "$place/env/bin/python" "$place/look.py" hidden)
printf '%s\n%s\n' "$shown" "$hidden"
[ "$shown" = "polars loaded: True its thread: True" ]
[ "$hidden" = "polars loaded: False its thread: False" ]
