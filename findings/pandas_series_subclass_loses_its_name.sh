#!/usr/bin/env bash
# A subclass of pandas.Series with a property in _metadata, as pandas' manual has it, loses its name when copied, sorted or pickled.
#
# Versions: pandas 3.1.1 (PyPI), Python 3.11, Linux.
# Guess before: _metadata lists the properties that a subclass adds; what a Series has by itself stays.
# Seen: Series keeps its own name by _metadata too, as "_name", and a subclass that assigns the list overwrites that. copy(),
#   sort_values() and abs() answer with the name None; a slice and arithmetic keep it. After pickling (joblib, multiprocessing,
#   caches) .name, and with it printing, raises AttributeError, object has no attribute '_name'. With ["_name", "unit"] all is kept.
#   A subclass of DataFrame loses nothing: its list is empty. The manual's page "Extending pandas" has an example of
#   a DataFrame and says nothing of Series. Source: pandas/core/series.py, _metadata; core/generic.py, __setstate__, __finalize__.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/env"
"$place/env/bin/pip" install --quiet pandas==3.1.1
cat > "$place/look.py" <<'PY'
import pickle
import sys

import pandas as pd


class Measured(pd.Series):
    _metadata = sys.argv[1:]

    @property
    def _constructor(self):
        return Measured


x = Measured([2.0, 1.0], name="heat")
x.unit = "K"
again = pickle.loads(pickle.dumps(x))
names = [one.name for one in (x.copy(), x.sort_values(), x.abs(), x.iloc[:1], x + 1)]
print(names, again.unit, again.name if hasattr(again, "_name") else "no name at all")
PY
alone=$("$place/env/bin/python" "$place/look.py" unit)
both=$("$place/env/bin/python" "$place/look.py" _name unit)
printf '%s\n%s\n' "$alone" "$both"
[ "$alone" = "[None, None, None, 'heat', 'heat'] K no name at all" ]
[ "$both" = "['heat', 'heat', 'heat', 'heat', 'heat'] K heat" ]
