"""A psychologist's day: a CSV file becomes a report. `python psychologist.py FILE.csv FOLDER`; no R is needed."""
from __future__ import annotations

import sys
import warnings
from pathlib import Path

import pandas as pd

import rparity as r

csv, folder = Path(sys.argv[1]), Path(sys.argv[2])

# Read: what is a label becomes a factor, its first level the reference.
sleep = pd.read_csv(csv)
sleep["Subject"] = r.factor(sleep["Subject"])
sleep["phase"] = r.factor(sleep["phase"], levels=["early", "late"])

# Fit, and keep what was warned of: it belongs in the report.
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    model = r.lmer("Reaction ~ Days + (Days | Subject)", sleep)
    by_phase = r.lmer("Reaction ~ phase + (1 | Subject)", sleep)

# Check.
checks = {"observations": r.nobs(model), "left out": len(sleep) - r.nobs(model), "singular": r.isSingular(model),
          "warnings": "; ".join(str(one.message) for one in said) or "none",
          "farthest subject": r.cooks_distance(r.influence(model, "Subject")).idxmax()}

# Compare.
summary = r.summary(model, ddf="Kenward-Roger")
slopes = r.ranova(model)
phases = r.pairs(r.emmeans(by_phase, "phase"))

# Draw.
folder.mkdir(exist_ok=True)
r.qqmath(model).save(folder / "residuals.png", dpi=100, width=4, height=3, verbose=False)

# Write.
table = pd.DataFrame(summary.coefficients).join(pd.DataFrame(r.confint(model, parm="beta_", method="Wald")))
table.to_csv(folder / "fixed_effects.csv")
r.save(model, folder / "model.json")
b, p = table.loc["Days"], table.loc["Days", "Pr(>|t|)"]
sentence = (f"Reaction time rose by {b['Estimate']:.1f} ms a day (SE {b['Std. Error']:.1f}, t({b['df']:.0f}) = "
            f"{b['t value']:.2f}, p {'< .001' if p < 0.001 else f'= {p:.3f}'}).")
listed = "".join(f"<li>{name}: {value}</li>" for name, value in checks.items())
(folder / "report.html").write_text(
    f"<!doctype html><meta charset=utf-8><title>Sleep</title><h1>Sleep</h1><p>{sentence}</p><ul>{listed}</ul>"
    f"{summary._repr_html_()}{pd.DataFrame(slopes).to_html()}{phases._repr_html_()}"
    "<img src='residuals.png' alt='Residuals against normal quantiles'>", encoding="utf-8")
print(sentence)
