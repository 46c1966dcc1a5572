"""A grouping factor of 100,000 levels: the closed form of a balanced layout, in stated memory.

Measured for 400,000 observations: 185 MB beside the imports and the data's own. `scripts/benchmark.py` measures time.
"""
from __future__ import annotations

from .. import warm

LEVELS, EACH = 100_000, 4
MEGABYTES = 600

SCRIPT = f"""
import resource, warnings
import numpy as np, pandas as pd
import translations as r
rng = np.random.default_rng(20261124)
codes = np.repeat(np.arange({LEVELS}), {EACH})
y = rng.normal(size={LEVELS})[codes] + rng.normal(size=codes.size)
data = pd.DataFrame({{"y": y, "g": pd.Categorical.from_codes(codes, [f"g{{i:06d}}" for i in range({LEVELS})])}})
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
m = r.lmer("y ~ 1 + (1 | g)", data, control="newton")
means = y.reshape({LEVELS}, {EACH}).mean(axis=1)
within = ((y - means[codes]) ** 2).sum() / ({LEVELS} * ({EACH} - 1))
between = {EACH} * ((means - y.mean()) ** 2).sum() / ({LEVELS} - 1)
table = r.VarCorr(m).as_data_frame()
np.testing.assert_allclose(table["vcov"], [(between - within) / {EACH}, within], rtol=1e-9)
np.testing.assert_allclose(m.beta, y.mean(), rtol=1e-10)
shrunk = (between - within) / between
np.testing.assert_allclose(r.ranef(m)["g"].iloc[:, 0], shrunk * (means - y.mean()), rtol=1e-7, atol=1e-9)
np.testing.assert_allclose(r.predict(m, data.iloc[:8]), (y.mean() + shrunk * (means - y.mean()))[codes[:8]], rtol=1e-9)
str(r.summary(m))
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


def test_a_hundred_thousand_levels() -> None:
    ran = warm.run("-c", SCRIPT, after=warm.MODELS, check=True)
    assert float(ran.stdout) < MEGABYTES
