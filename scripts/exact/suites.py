"""The models of the suites `lme4` and `nist`, spelled out column by column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mpmath import mp

from exact.frame import Columns, Frame, crossed, read_frame, read_nist
from exact.mixed import Model, Term
from exact.rational import Number, Q, big


def model(f: Frame, y: str | list[Number], fixed: Columns, *terms: Term, **more: object) -> Model:
    response = f.values(y) if isinstance(y, str) else y
    return Model(fixed, response, list(terms), f.rows, **more)  # type: ignore[arg-type]


def term(f: Frame, *names: str, columns: Columns | None = None) -> Term:
    """A random term over the interaction of `names`: an intercept, or the columns given."""
    return Term(f.factor(*names), f.one if columns is None else columns)


def one_way(data: str, y: str, group: str, reml: bool = True) -> Model:
    f = read_frame(data)
    return model(f, y, f.one, term(f, group), reml=reml)


def penicillin() -> Model:
    f = read_frame("Penicillin")
    return model(f, "diameter", f.one, term(f, "plate"), term(f, "sample"))


def pastes(*inner: str) -> Model:
    f = read_frame("Pastes")
    return model(f, "strength", f.one, term(f, *inner), term(f, "batch"))


def sleepstudy(
    keep: Callable[[int], bool] = lambda row: True, renumber: bool = True, correlated: bool = True, reml: bool = True
) -> Model:
    f = read_frame("sleepstudy").subset(keep, renumber)
    line = f.one | f.numeric("Days")
    terms = [term(f, "Subject", columns=line)]
    if not correlated:
        terms = [term(f, "Subject"), term(f, "Subject", columns=f.numeric("Days"))]
    return model(f, "Reaction", line, *terms, reml=reml)


def sleepstudy_intercepts(offset: bool) -> Model:
    f = read_frame("sleepstudy")
    known = [5 * day for day in f.values("Days")]
    return model(f, "Reaction", f.one | f.numeric("Days"), term(f, "Subject"), offset=known if offset else None)


def sleepstudy_weights() -> Model:
    return replace(sleepstudy(), weights=[1 + day % 3 for day in read_frame("sleepstudy").values("Days")])


def sleepstudy_poly() -> Model:
    f = read_frame("sleepstudy")
    return replace(sleepstudy(), fixed=f.one | f.poly("Days", 2))


def sleepstudy_log() -> Model:
    whole = sleepstudy()
    return replace(whole, y=[mp.log(big(y)) for y in whole.y])


def cake() -> Model:
    f = read_frame("cake")
    fixed = f.one | crossed(f.treatment("recipe"), f.ordered("temperature"))
    return model(f, "angle", fixed, term(f, "recipe", "replicate"))


def cake_linear() -> Model:
    f = read_frame("cake")
    fixed = f.one | f.treatment("recipe") | f.numeric("temp")
    return model(f, "angle", fixed, term(f, "recipe", "replicate"), term(f, "replicate"))


def cake_sum_contrasts() -> Model:
    f = read_frame("cake")
    return model(f, "angle", f.one | crossed(f.sums("recipe"), f.numeric("temp")), term(f, "recipe", "replicate"))


def machines(*random: str) -> Model:
    f = read_frame("Machines")
    fixed = f.one | f.treatment("Machine")
    terms = {
        "intercept": term(f, "Worker", columns=fixed),
        "dummies": term(f, "Worker", columns=f.treatment("Machine", base=True)),
        "inner": term(f, "Machine", "Worker"),
        "outer": term(f, "Worker"),
    }
    return model(f, "score", fixed, *(terms[name] for name in random))


def oats() -> Model:
    f = read_frame("Oats")
    fixed = f.one | crossed(f.numeric("nitro"), f.treatment("Variety"))
    return model(f, "yield", fixed, term(f, "Variety", "Block"), term(f, "Block"))


def orthodont() -> Model:
    f = read_frame("Orthodont")
    fixed = f.one | crossed(f.numeric("age"), f.treatment("Sex"))
    return model(f, "distance", fixed, term(f, "Subject", columns=f.one | f.numeric("age")))


def ergostool() -> Model:
    f = read_frame("ergoStool")
    return model(f, "effort", f.treatment("Type", base=True), term(f, "Subject"))


def oxide() -> Model:
    f = read_frame("Oxide")
    return model(f, "Thickness", f.one, term(f, "Wafer", "Lot"), term(f, "Lot"))


def pixel() -> Model:
    f = read_frame("Pixel")
    day = f.one | f.numeric("day")
    return model(f, "pixel", day | f.power("day", 2), term(f, "Dog", "Side"), term(f, "Dog", columns=day))


def oxboys() -> Model:
    f = read_frame("Oxboys")
    curve = f.one | f.numeric("age") | f.power("age", 2)
    return model(f, "height", curve, term(f, "Subject", columns=curve))


def alfalfa() -> Model:
    f = read_frame("Alfalfa")
    return model(f, "Yield", f.one | f.treatment("Date"), term(f, "Variety", "Block"), term(f, "Block"))


def cbpp_logit() -> Model:
    f = read_frame("cbpp")
    half, seen, size = Q(1, 2), f.values("incidence"), f.values("size")
    y = [mp.log(big((i + half) / (s - i + half))) for i, s in zip(seen, size, strict=True)]
    return model(f, y, f.one | f.treatment("period"), term(f, "herd"), weights=size)


def grouseticks_log() -> Model:
    f = read_frame("grouseticks")
    y = [mp.log(big(1 + ticks)) for ticks in f.values("TICKS")]
    fixed = f.one | f.treatment("YEAR") | f.numeric("cHEIGHT")
    return model(f, y, fixed, term(f, "BROOD"), term(f, "LOCATION"))


def arabidopsis_log() -> Model:
    f = read_frame("Arabidopsis")
    y = [mp.log(big(1 + fruits)) for fruits in f.values("total.fruits")]
    both = crossed(f.numeric("nutrient"), f.treatment("amd"))
    inter = both.popitem()
    fixed = f.one | both | f.treatment("status") | dict([inter])
    return model(f, y, fixed, term(f, "gen"), term(f, "popu"), term(f, "rack"))


def nist(name: str, centred: bool = True) -> Callable[[], Model]:
    """One of NIST's layouts, where `centred` less what all of its values have in common."""

    def make() -> Model:
        f, common = read_nist(name), Q(float(NIST[name])) if centred else Q(0)
        return model(f, [y - common for y in f.values("y")], f.one, term(f, "group"))

    return make


def sleep2(*terms: str) -> Model:
    """The chapter's data: `terms` are "both", "(Intercept)" or "days_deprived"."""
    f = read_frame("sleepstudy")
    f = f.subset(lambda row: float(f.cells["Days"][row - 1]) >= 2)
    line = f.one | {"days_deprived": [day - 2 for day in f.values("Days")]}
    columns = {"both": line} | {name: {name: column} for name, column in line.items()}
    return model(f, "Reaction", line, *(term(f, "Subject", columns=columns[name]) for name in terms))


CHAPTER5: dict[str, Callable[[], Model]] = {
    "syntax_intercepts": lambda: sleep2("(Intercept)"),
    "syntax_slopes": lambda: sleep2("days_deprived"),
    "syntax_zero_covariance": lambda: sleep2("(Intercept)", "days_deprived"),
    "syntax_intercepts_slopes": lambda: sleep2("both"),
}
def sirstv_replicates() -> Model:
    """SiRstv with the number of the replicate for a group: between groups there is less than chance would have."""
    f = read_nist("SiRstv")
    seen: dict[str, int] = {}
    replicate = []
    for group in f.cells["group"]:
        seen[group] = seen.get(group, 0) + 1
        replicate.append(str(seen[group]))
    f = Frame(f.cells | {"group": replicate}, f.levels, f.rows)
    return model(f, "y", f.one, term(f, "group"))


LME4: dict[str, Callable[[], Model]] = {
    "dyestuff": lambda: one_way("Dyestuff", "Yield", "Batch"),
    "dyestuff_ml": lambda: one_way("Dyestuff", "Yield", "Batch", reml=False),
    "dyestuff2": lambda: one_way("Dyestuff2", "Yield", "Batch"),
    "penicillin": penicillin,
    "pastes": lambda: pastes("sample"),
    "pastes_nested": lambda: pastes("cask", "batch"),
    "sleepstudy_all_days": sleepstudy,
    "sleepstudy_double_bar": lambda: sleepstudy(correlated=False, reml=False),
    "sleepstudy_weights": sleepstudy_weights,
    "sleepstudy_offset": lambda: sleepstudy_intercepts(offset=True),
    "sleepstudy_unbalanced": lambda: sleepstudy(lambda row: row % 3 != 0 or row > 60),
    "sleepstudy_poly": sleepstudy_poly,
    "sleepstudy_log": sleepstudy_log,
    "sleepstudy_rank_deficient": lambda: sleepstudy_intercepts(offset=False),
    "sleepstudy_missing": lambda: sleepstudy(lambda row: row not in (2, 17, 100), renumber=False),
    "cake": cake,
    "cake_linear": cake_linear,
    "cake_sum_contrasts": cake_sum_contrasts,
    "machines": lambda: machines("intercept"),
    "machines_dummies": lambda: machines("dummies"),
    "machines_nested": lambda: machines("inner", "outer"),
    "oats": oats,
    "orthodont": orthodont,
    "ergostool": ergostool,
    "oxide": oxide,
    "pixel": pixel,
    "oxboys": oxboys,
    "alfalfa": alfalfa,
    "cbpp_logit": cbpp_logit,
    "grouseticks_log": grouseticks_log,
    "arabidopsis_log": arabidopsis_log,
}
NIST = {
    # What its case takes from the response, exactly in doubles too: lme4 itself would lose these digits.
    "SiRstv": "0",
    **{f"SmLs0{i}": ("0", "1e6", "1e12")[(i - 1) // 3] for i in range(1, 10)},
    "AtmWtAg": "107.868",
}
