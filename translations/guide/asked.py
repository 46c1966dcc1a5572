"""Which entry answers a question in an R user's words: the same rule here and in the site's `static/words.js`.

A question and a phrase are sets of words, cut to their stems; a word weighs the more the fewer entries have it. An
entry scores the cosine between the question and that of its phrases that fits best, and a little for its other words.
A word of the question that no entry has counts as the one that has it but for a letter, so a slip of the keys does no
harm, and two words that an entry writes as one (box plot) count as that too.

A function of R's by itself is no question in words: `missing` asks for what R's missing() does, not for missing values.
Only entries that speak of it answer it.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from . import r_names
from .elsewhere import Elsewhere, elsewhere
from .spelling import RULE, SIGNS, Spelled, spelled

ENOUGH = 0.38          # below it nothing is said to be an answer
FURTHER = 0.3          # what the entry's other words count beside its best phrase: forum titles say more than a phrase
RARE = 0.75            # the power of a word's weight: rare words decide, but not by themselves
UNKNOWN = 0.5          # what a word that no entry has counts beside one that a single entry has
SAID_BY_ALL = frozenset("""
    a an and are can do does for from get give have how i in is it me my not of on only r s the there this to use using
    want what when where which with why you python pandas compute calculate equivalent
    at once
""".split())
# What stands around a function's name without asking for more.
AROUND = frozenset("""
    function command equivalent example examples usage syntax tidyverse package error help please question
    best simple easy
""".split())
_WORD = re.compile(r"[a-z0-9]+(?:[._][a-z0-9]+)*|%[a-z>*/%]*%|\|\|?|[<>=!]=", re.ASCII)
_TO = re.compile(r"([a-z]+) to (?:a )?([a-z]+)", re.ASCII)  # long to wide is not wide to long
_DOUBLING = ("ings", "ing", "ed")  # before which a consonant is written twice: dropping, subsetted
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ed", "es", "s", "e", "y")
_SAME_AS = """
    frame: dataframe df tibble df1 df2 color: colour           center: centre centering centring   post: posthoc hoc
    p: pvalue pvalues pval          missing: na nas nan     variable: var vars                  column: col cols
    test: ttest                     excel: xlsx xls         plot: graph chart figure            row: rows
    significance: signif significant                        remove: delete drop dropping exclude
    versus: vs                      confidence: ci cis      mean: avg average
    create: make build generate                                  by: per each every within
    several: multiple                0: zero zeros               maximum: max highest largest biggest
    minimum: min lowest smallest     join: joins joining         begin: begins start starts
    standardize: standardise        categorize: categorise       visualize: visualise plotting
    heteroscedastic: heteroskedastic heteroskedasticity heteroscedasticity       label: labelling labeling labelled
    analyze: analyse analysing      grey: gray                   summary: summaries summarise summarize summarising
    difference: differences differ different     bar: bars       histogram: hist
    subject: participant participants person persons people patient patients individual individuals
    text: string strings character characters    percent: percentage percentages percents
    compare: comparison comparisons comparing    sort: order ordering sorting
    mixed: lmer lme4 lmm lmms multilevel         glmer: glmm glmms
    r2: rsquared                                 icc: intraclass            blup: blups
"""
_ALIKE = {other: one for one, others in re.findall(r"(\w+):((?: \w+)+)", _SAME_AS) for other in others.split()}


def rule() -> dict[str, object]:
    """What the same rule needs in another language."""
    return {"word": _WORD.pattern, "to": _TO.pattern, "endings": _ENDINGS, "doubling": _DOUBLING, "alike": _ALIKE,
            "said_by_all": sorted(SAID_BY_ALL), "around": [*sorted(AROUND), *r_names.all_packages()],
            "enough": ENOUGH, "further": FURTHER, "spelled": RULE, "signs": SIGNS}


def words_of(text: str) -> frozenset[str]:
    """The stems of a text's words, those left out that every question has."""
    found = set()
    for word in _WORD.findall(text.lower().replace("'s ", " ").replace("-", " ")):
        pieces = [word, *re.split(r"[._]", word)] if re.search(r"[._]", word) else [word]
        for piece in pieces:
            piece = _ALIKE.get(piece, piece)
            if piece and piece not in SAID_BY_ALL:
                found.add(stem(piece))
    found |= {">".join(stem(_ALIKE.get(end, end)) for end in ends) for ends in _TO.findall(text.lower())}
    return frozenset(found)


def stem(word: str) -> str:
    """A word without its ending, where four letters or more remain."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            found = word[: -len(ending)]
            doubled = ending in _DOUBLING and found[-1] == found[-2] and len(found) > 4
            return found[:-1] if doubled else found
    return word[:-1] if len(word) == 4 and word.endswith("s") else word


def asked_words(question: str, known: Mapping[str, float]) -> frozenset[str]:
    """A question's stems: slips of the keys mended, and neighbours that are known as one word also as that. `known`:
    the weights of the stems that entries have.
    """
    found = {one if one in known or ">" in one else mended(one, known) for one in words_of(question)}
    words = re.findall(r"[a-z0-9]+", question.lower(), re.ASCII)
    joined = {stem(_ALIKE.get(one + other, one + other)) for one, other in itertools.pairwise(words)}
    return frozenset(found | joined & known.keys())


def mended(word: str, known: Mapping[str, float]) -> str:
    """The known word, of the same first letter, that one slip makes this: a letter wrong, missing, too many, or two
    that changed places; of several the commonest. The word itself where there is none, or it has fewer than five
    letters.
    """
    if len(word) < 5 or not word.isalpha():
        return word
    near = [one for one in known if one[:1] == word[0] and len(one) > 4 and one.isalpha() and one_slip(word, one)]
    return min(near, key=lambda one: (known[one], one), default=word)


def one_slip(one: str, other: str) -> bool:
    """Whether one wrong, missing, additional or misplaced letter makes these two words equal."""
    if abs(len(one) - len(other)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[at:], other[at:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


@dataclass(frozen=True)
class Phrases:
    """What is asked of the entries: each one's phrases as stems, and every stem's weight."""

    entries: tuple[tuple[Elsewhere, tuple[frozenset[str], ...]], ...]
    weights: dict[str, float]

    def score(self, question: frozenset[str], phrases: tuple[frozenset[str], ...]) -> float:
        """How well an entry's phrases answer a question: 0 to 1, and FURTHER beyond."""
        def length(stems: frozenset[str]) -> float:
            return math.sqrt(sum(self.weights.get(one, self.weights[""]) ** 2 for one in stems))

        asked = length(question)
        best = max(length(question & one) ** 2 / (asked * length(one)) for one in phrases)
        # Rounded, since sets are added up in any order, and of two that score the same the first is to be it.
        return round(best + FURTHER * (length(question & frozenset().union(*phrases)) / asked) ** 2, 9)


@cache
def phrases() -> Phrases:
    """Every entry's phrases: its name, its package's name with it, and those written down."""
    entries = []
    for entry in elsewhere().values():
        texts = [entry.title, entry.python, f"{entry.package} {entry.title}", *entry.words]
        entries.append((entry, tuple(dict.fromkeys(filter(None, map(words_of, texts))))))
    having = Counter(stem for _, found in entries for stem in frozenset().union(*found))
    weights = {stem: math.log(1 + len(entries) / number) ** RARE for stem, number in sorted(having.items())}
    return Phrases(tuple(entries), weights | {"": UNKNOWN * math.log(1 + len(entries)) ** RARE})


def answers(question: str, most: int = 6) -> list[tuple[float, Elsewhere]]:
    """The entries that answer a question, best first, each with its score; none below ENOUGH. A function of R's is
    answered by `of_function` alone.
    """
    name = spelled(question).name
    if is_function(name):
        return [(1.0, entry) for entry in of_function(name)][:most]
    if (alone := only_function(question)) and (own := of_function(alone)):
        return [(1.0, entry) for entry in own][:most]
    return nearest(question, most)


def only_function(question: str) -> str:
    """The function of R's that is all a question asks for: `pivot_wider` of "how to use pivot_wider in python"; ""
    where it says more, or has no such word.
    """
    said = [one.strip("?!,;:.()`'\"").rpartition("::")[2] for one in question.split()]
    telling = [one for one in said if one and one.lower() not in SAID_BY_ALL | AROUND and not r_names.of(one)]
    alone = telling[0] if len(telling) == 1 and len(said) > 1 else ""
    unlike_words = re.search(r"[._A-Z0-9]", alone) or alone in r_names.of("lme4")
    return alone if unlike_words and alone in r_names.packages() else ""


def is_function(name: str) -> bool:
    """Whether this is a function of R's by its name, an operator or a replacement function among them, and no word."""
    return name in r_names.packages() or Spelled(name).sign or Spelled(name).assigns or name in _also()


@cache
def _also() -> frozenset[str]:
    return frozenset(name for one in elsewhere().values() for name in one.also)


def of_function(name: str) -> list[Elsewhere]:
    """The entries of a function of R's: its own, then those that answer it too, by their word for it or because they
    write or explain it.
    """
    spoken = re.compile(rf"(?<![\w.]){re.escape(name)}(?![\w.])")
    return sorted((one for one in elsewhere().values() if name in (one.title, one.python, *one.also)
                   or (name in one.words and spoken.search(f"{one.in_r} {one.bites}"))),
                  key=lambda one: name not in (one.title, one.python))


def functions() -> dict[str, list[Elsewhere]]:
    """The functions of R that some entry answers, each with its entries, for the site's search."""
    asked_for = {name for one in elsewhere().values() for name in (one.title, one.python, *one.words, *one.also)}
    return {name: of_function(name) for name in sorted(asked_for) if is_function(name)}


def nearest(question: str, most: int = 6) -> list[tuple[float, Elsewhere]]:
    """The entries whose words are nearest to a question's, best first, each with its score; none below ENOUGH."""
    found = phrases()
    asked = asked_words(question, found.weights)
    if not asked & found.weights.keys():
        return []
    scored = [(found.score(asked, of), entry) for entry, of in found.entries]
    return sorted((one for one in scored if one[0] >= ENOUGH), key=lambda one: -one[0])[:most]
