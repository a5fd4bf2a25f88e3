"""Names of a file that nobody knows here: which known name each may stand for, the most alike first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process, utils

#: Of 100: below it, two names have little more in common than some letters.
ALIKE = 80
MOST_ALIKE = 4
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
    if len(own) < 3:
        return ()
    rows = process.extract(own, bare, scorer=fuzz.WRatio, score_cutoff=ALIKE, limit=MOST_ALIKE * 3)
    names = [candidates[place] for text, _, place in rows if len(text) > 2 and candidates[place] != name]
    return tuple(dict.fromkeys(names))[:MOST_ALIKE]


def _first_word(name: str) -> str:
    words: list[str] = utils.default_process(name).split()
    return words[0] if len(words) > 1 else ""


def _bare(name: str, shared: set[str]) -> str:
    """Return a name without the word that many names begin with."""
    plain: str = utils.default_process(name)
    first, _, rest = plain.partition(" ")
    return rest if rest and first in shared else plain
