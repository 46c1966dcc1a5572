#!/usr/bin/env bash
# plotnine's mean_se, the default summary of stat_summary's bars, divides the variance by n: its standard errors are too small.
#
# Versions: plotnine 0.15.9, pandas 3.1.1, numpy 2.4.6 (PyPI), Python 3.11, Linux; against ggplot2's mean_se as R documents it.
# Guess before: fun_data="mean_se" draws the same bars as ggplot2's, mean +- sd / sqrt(n) with n - 1 in sd; nine digits were asked.
# Seen: bars at mean +- sqrt(np.var(x) / n), and np.var of a Series divides by n. Short by sqrt((n - 1) / n): 2.8 % for 18
#   values, 29 % for two. ggplot2 3.4.1 (R 4.2.2) on c(1, 2, 4): ymin 1.451416, ymax 3.215250, here 1.613251 and 3.053416.
#   pandas' own Series.sem() agrees with R. Source: plotnine/stats/stat_summary.py, mean_se; mean_sdl and the intervals were not looked at.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/env"
"$place/env/bin/pip" install --quiet plotnine==0.15.9 pandas==3.1.1 numpy==2.4.6
shown=$("$place/env/bin/python" - <<'PY'
import pandas as pd
from plotnine import aes, ggplot, stat_summary

x = pd.Series([1.0, 2.0, 4.0])
plot = ggplot(pd.DataFrame({"g": ["a"] * 3, "x": x}), aes("g", "x")) + stat_summary(fun_data="mean_se")
plot._build()
plotted = plot._build_objs.layers[0].data.iloc[0]
print(f"plotted {plotted.ymin:.6f} {plotted.ymax:.6f} of n-1 {x.mean() - x.sem():.6f} {x.mean() + x.sem():.6f}")
PY
)
echo "$shown"
[ "$shown" = "plotted 1.613251 3.053416 of n-1 1.451416 3.215250" ]
