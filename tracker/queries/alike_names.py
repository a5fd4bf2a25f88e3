"""Names that may stand for the same: which known name a new one is like, the most alike first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from rapidfuzz import fuzz, utils

#: Of 100: below it, two names have little more in common than some letters.
ALIKE = 82
MOST_ALIKE = 4
SHORTEST, SHORT_BEGINNING, LONG_BEGINNING = 3, 4, 7
#: From this share on, names begin with a word that tells nothing, such as "sig" or "department".
SHARED = 0.4


@dataclass(frozen=True, slots=True)
class NewName:
    """A name that is new, and the names that it may stand for: those here, and others of the file."""

    name: str
    alike: tuple[str, ...]


def new_names(new: Sequence[str], known: Sequence[str]) -> tuple[NewName, ...]:
    """Return the new names with those that are like them, names with any first."""
    candidates = [*known, *new]
    words = Counter(_first_word(each) for each in candidates)
    shared = {word for word, count in words.items() if word and count >= max(3, SHARED * len(candidates))}
    bare = [_bare(each, shared) for each in candidates]
    found = [NewName(name, _alike(name, candidates, bare, shared)) for name in new]
    return tuple(sorted(found, key=lambda each: (not each.alike, each.name.casefold())))


def _alike(name: str, candidates: Sequence[str], bare: Sequence[str], shared: set[str]) -> tuple[str, ...]:
    own = _bare(name, shared)
    if len(own) < SHORTEST:
        return ()
    scores = {
        candidate: score
        for candidate, text in zip(candidates, bare, strict=True)
        if candidate != name and len(text) >= SHORTEST and (score := likeness(own, text)) >= ALIKE
    }
    return tuple(sorted(scores, key=lambda each: (-scores[each], each.casefold())))[:MOST_ALIKE]


def likeness(one: str, other: str) -> float:
    """Return how alike two plain names are, up to 100: in letters, in words, or one the beginning of the other.

    Examples
    --------
    >>> likeness("arch", "architecture") >= ALIKE, likeness("contribex", "contributor experience") >= ALIKE
    (True, True)
    >>> likeness("scheduler", "scheduling") >= ALIKE, likeness("usability", "scalability") >= ALIKE
    (True, False)
    """
    begins = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    if begins >= min(len(one), len(other), LONG_BEGINNING) and begins >= SHORT_BEGINNING:
        return 90.0 + min(begins, 9)
    if min(len(one), len(other)) > SHORTEST and one.replace(" ", "") == other.replace(" ", ""):
        return 100.0
    words = fuzz.token_set_ratio(one, other) if min(len(one), len(other)) > SHORT_BEGINNING else 0.0
    return max(fuzz.ratio(one, other), words - 5)


def _first_word(name: str) -> str:
    words: list[str] = utils.default_process(name).split()
    return words[0] if len(words) > 1 else ""


def _bare(name: str, shared: set[str]) -> str:
    """Return a name without the word that many names begin with."""
    plain: str = utils.default_process(name)
    first, _, rest = plain.partition(" ")
    return rest if rest and first in shared else plain
