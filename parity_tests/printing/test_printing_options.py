"""Models, tables and tests under digits, scipen and width of one's own: as R 4.2 and 4.6 print them (options.R)."""
from __future__ import annotations

import warnings
from pathlib import Path

import pytest

import translations as r
from translations.printing import console, summary_frame

FIXTURES = Path(__file__).parents[2] / "fixtures" / "console"


@pytest.mark.parametrize(("lme4", "release"), [("1.1-31", "4.2"), ("2.1", "4.6")])
def test_everything_printed_follows_the_options(lme4: str, release: str, capsys: pytest.CaptureFixture[str]) -> None:
    sleepstudy, cake = r.sleepstudy(), r.cake()
    with r.options(digits=4, scipen=8, width=60, lme4=lme4), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy)
        m1 = r.lmer("Reaction ~ Days + (1 | Subject)", sleepstudy, REML=False)
        l = r.lm("angle ~ temp + recipe", cake)  # noqa: E741
        for x in (m, r.summary(m), r.summary(m1), r.anova(m1, m, refit=False), r.VarCorr(m), r.VarCorr(m)["Subject"],
                  r.anova(m), r.vcov(m), r.logLik(m), r.fixef(m), r.confint(m, method="Wald"), l, r.summary(l),
                  r.anova(l), r.drop1(l), r.confint(l),
                  r.t_test(cake["angle"].iloc[:20], mu=1, data_name="cake$angle[1:20]"), summary_frame(cake)):
            print(x)
        print(console(r.ranef(m)["Subject"].head(3)))
    stored = (FIXTURES / f"options-{release}.txt").read_text(encoding="utf-8")
    assert capsys.readouterr().out.splitlines() == stored.splitlines()
