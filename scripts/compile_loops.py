"""Have numba compile, once, the loops that the tests call: two test workers would compile many of them twice.

`make .venv/installed-test` runs it. What numba compiles is kept beside the code: a second run takes seconds.
"""

from __future__ import annotations

import numpy as np

import translations as r
from translations.random.sample_kinds import sample_kinds
from translations.random.seeded_draws import seeded_draws


def main() -> None:
    """Draw from every law, and fit a model of each kind by both optimizers."""
    seeded_draws.function()
    sample_kinds.function()
    r.set_seed(1).sample(10**9, 3)
    sleep2 = r.sleep2().assign(a=np.arange(144) % 7, b=np.arange(144) % 5)
    slopes = "Reaction ~ days_deprived + (days_deprived | Subject)"
    for formula in (slopes, "Reaction ~ 0 + (1 | Subject)", "Reaction ~ 0 + (1 | Subject) + (1 | a)",
                    "Reaction ~ days_deprived + (days_deprived | Subject) + (1 | a) + (1 | b)"):
        for optimizer in ("nloptwrap", "newton"):
            model = r.lmer(formula, sleep2, control=optimizer)
            r.ranef(model)
            r.simulate(model, 1, seed=1)
    r.confint(r.lmer(slopes, sleep2), quiet=True)
    r.bootMer(r.lmer(slopes, sleep2), "parameters", 2, seed=1)


if __name__ == "__main__":
    main()
