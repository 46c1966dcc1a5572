"""Draws what the stored corpora ask: `python -m parity_tests.stats.draw` writes fixtures/stats/{expressions,...}.json.

The draws are seeded, so the files change only with this module. R's answers are made by the scripts beside the files.
"""
from __future__ import annotations

import json
import random
from typing import Any

from . import awkward
from .designs import HERE

ATOMS = ("a", "b", "n", "c", "(p + 1)", "2", "3", "0.5", "7L", "1e2")
SUMS, PRODUCTS = (" + ", " - ", "+", "-"), ("*", "/", " * ", " / ", "%%", " %/% ")
COMPARISONS = ("<", " > ", "<=", " >= ", " == ", "!=")


def _arithmetic(draw: random.Random, depth: int) -> str:
    kind = draw.random()
    if depth == 0 or kind < 0.15:
        return draw.choice(ATOMS)
    inner = [_arithmetic(draw, depth - 1) for _ in range(2)]
    if kind < 0.5:
        return draw.choice(SUMS).join(inner)
    if kind < 0.75:
        return draw.choice(PRODUCTS).join(inner)
    if kind < 0.83:
        return f"({inner[0]})"
    if kind < 0.9:
        return f"{inner[0]}^{draw.choice(('2', '-1', 'c', '2^0.5'))}"
    return f"-{inner[0]}" if kind < 0.95 else f"{draw.choice(('abs', 'exp', 'sign', 'sin'))}({inner[0]})"


def _logical(draw: random.Random, depth: int) -> str:
    kind = draw.random()
    if depth == 0 or kind < 0.3:
        return draw.choice(COMPARISONS).join(_arithmetic(draw, 1) for _ in range(2))
    inner = [_logical(draw, depth - 1) for _ in range(2)]
    if kind < 0.8:
        return draw.choice((" & ", " | ", "&", "|")).join(inner)
    return f"!{inner[0]}" if kind < 0.9 else f"({inner[0]})"


def expressions() -> dict[str, list[str]]:
    """Texts of R expressions over hostile.csv."""
    draw = random.Random(1)
    return {
        "arithmetic": [_arithmetic(draw, 3) for _ in range(120)],
        "logical": [_logical(draw, 3) for _ in range(60)],
    }


VARIABLES = ("x", "z", "k", "f", "g", "o", "s", "l", "factor(k)", "log(x)", "I(z^2)", "poly(x, 2)", "scale(z)",
             "`two words`")
JOINED = (" + ", " + ", " + ", " - ", " * ", " * ", ":", "/", " %in% ")


def _side(draw: random.Random, depth: int) -> str:
    kind = draw.random()
    if depth == 0 or kind < 0.2:
        return draw.choice(VARIABLES) if draw.random() < 0.85 else draw.choice(("0", "1", "offset(z)", "offset(2 * x)"))
    inner = [_side(draw, depth - 1) for _ in range(2)]
    if kind < 0.75:
        return draw.choice(JOINED).join(inner)
    if kind < 0.85:
        return f"({inner[0]})"
    if kind < 0.92:
        return f"({' + '.join(draw.sample(VARIABLES, 3))})^{draw.choice('23')}"
    return f"{draw.choice('-+')}{inner[0]}" if kind < 0.96 else f"({inner[0]}) - ({inner[1]})"


INTERCEPTS = (
    "+1", "-1", "+0", "-0", "x + +1", "x + +0", "-(-1)", "x - (1)", "x - (-1)", "x + (-1)", "x - (0)", "+(0 + x)",
    "x - (x - 1)", "x - (z - 0)", "-(0)", "1 - 1", "x + 0 + 1", "0 + x + 1", "1:x", "x:1", "0:x", "1 * f", "f * 1",
    "x / 1", "1 / x", "x - 1 + 1", "(x - 1)", "(x + 0)^2", "-x + x", "x %in% (f + g)", "(x + z) %in% f", "x %in% 1",
    "x %in% f:g", "f:f", "x * x", "(x + z + f + g)^3", "(x + 1)^2", "(f + g)^9", "-1 + f:o", "0 + x:f + g", "0 + o:f",
    "f + o:f", "o:f + f", "f:g:o - 1", "x:f + x", "poly(x, 2):f", "f:poly(x, 2) - 1", "0 + poly(x, z, degree = 2)",
    "offset(x):f", "f - offset(x)", "offset(x) + offset(x)", "x + y - y", "x - f", "f / g / x",
    "f / (g + x)", "(f + g) / x", "(f + g) / (x + z)", "f * g - f:g", "f %in% g %in% o", "(x)", "((x + f))", "-f + g",
    "I(poly(x, 2) * 2)", "(1)^2", "(0)^2 + x", "x + (1)^2", "x:(1)^3", "f %in% (0)", "(f %in% 1) + x",
    "I(scale(x)^2)", "I(poly(x, 3) + 1):f", "cut(x, 3):g", "interaction(f, g)", "f:g + factor(k) %in% l",
)


def formulas() -> dict[str, Any]:
    """Right-hand sides over mixture.csv, and pairs of an old formula and what `update` is given."""
    draw = random.Random(2)
    dotted = [". + {}", ". - {}", ". * {}", "{} + .", "(.)^2 - {}", ". + {} - 1", "{}", "offset(w) + .", ".:{}"]
    updates = [(f"{draw.choice(('y', 'log(y)'))} ~ {_side(draw, 2)}",
                f"{draw.choice(('. ~ ', '~ ', 'sqrt(.) ~ ', 'w ~ '))}{draw.choice(dotted).format(_side(draw, 1))}")
               for _ in range(50)]
    return {"designs": [*INTERCEPTS, *(_side(draw, 3) for _ in range(260))], "updates": updates}


def matrices() -> list[list[list[float]]]:
    """Columns some of which are, or nearly are, combinations of those before them; by rows."""
    draw = random.Random(3)
    made = []
    for _ in range(80):
        n = draw.randint(1, 9)
        columns = [[1.0] * n]
        for _ in range(draw.randint(1, 5)):
            mixed = [draw.randint(-2, 2) for _ in columns]
            bend = draw.choice((0.0, 0.0, 1e-9, 3e-8, 9e-8, 1.1e-7, 3e-7, 1e-5, 1e-3, 1.0, 1.0, 1e4))
            columns.append([sum(m * column[i] for m, column in zip(mixed, columns, strict=True))
                            + bend * draw.randint(-9, 9) for i in range(n)])
        made.append([list(row) for row in zip(*columns, strict=True)])
    return made


ASCII, LATIN = "".join(map(chr, range(32, 127))), "".join(filter(str.isprintable, map(chr, range(0xa1, 0x250))))
MORE = "αβγΔΩабвЖЯאבعب漢字あアイ한국ﬁ€£¥©®™–—…“”‘’«»¿¡§¶•½¼²³ªº°±×÷µ😀"
ENTRIES = (
    "apple Apple APPLE banana Banana item item1 item2 item10 Item10 a-b a_b a b a.b A.B résumé resume "
    "Résumé naïve naive co-op coop CO-OP Müller Mueller Muller muller Ångström Angstrom Élan Elan éclair "
    "eclair côte coté côté cote low Low High high control Control Treat treatment yes No S1 S2 S10 s1 s2 "
    "s10 subj_1 subj-1 subj.1"
).split()


def texts() -> list[str]:
    """What a text column may hold: words in both cases, numbers, accents, punctuation, other scripts."""
    draw = random.Random(4)
    alphabets = (ASCII, ASCII, LATIN + ASCII, MORE + LATIN + ASCII, "aAbBcC ._-1290éÉ")
    words = ["".join(draw.choices(draw.choice(alphabets), k=draw.randint(1, 7))) for _ in range(2400)]
    ends = ("", "1", "2", "10", " a", "-", "_x", ".", "A", "é")
    words += [draw.choice(ENTRIES) + draw.choice(ends) for _ in range(400)]
    found = list(dict.fromkeys([*words, *ENTRIES]))
    draw.shuffle(found)
    return found


def write(name: str, value: Any) -> None:
    (HERE / name).write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write("expressions.json", expressions())
    write("formulas.json", formulas())
    write("matrices.json", matrices())
    write("texts.json", texts())
    write("awkward.json", awkward.asked())
