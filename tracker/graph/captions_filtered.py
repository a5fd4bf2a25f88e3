"""The words of a story that tells only a part, so that nothing sounds as if it were the whole.

No sentence makes a department or a person the subject of a lack.
"""

from __future__ import annotations

import re

from tracker.graph.captions import together_sentence
from tracker.graph.coverage import Coverage
from tracker.graph.series import CoveragePoint

#: What initiatives of a kind are called.
KINDS: dict[str, str] = {
    "": "initiatives",
    "pilot": "pilots",
    "quick_win": "quick wins",
    "near_miss": "near misses",
}
#: Where a sentence of pairs that work together says in which part of the house, or by what work.
TOGETHER = re.compile(r" together(?=[.,])")
#: What is said where nothing works together yet; of a part by theme or kind it would say too much.
STARTED = " This is where we started."
#: A name in a sentence says no more letters than this; its page says it whole.
LONGEST_NAME = 40


def part_words(division: str = "", theme: str = "", kind: str = "") -> str:
    """Say which part is told; "" for the whole.

    >>> part_words("Operations"), part_words(theme="Storm season")
    ('in Operations', 'by initiatives of the theme “Storm season”')
    >>> part_words("Operations", "Storm season", "pilot"), part_words(kind="quick_win"), part_words()
    ('in Operations by pilots of the theme “Storm season”', 'by quick wins', '')
    """
    said = [f"in {short(division)}"] if division else []
    if theme or kind:
        said.append(f"by {KINDS[kind]}" + (f" of the theme “{short(theme)}”" if theme else ""))
    return " ".join(said)


def short(name: str) -> str:
    """Return a name as a sentence says it: a long one ends after a word.

    >>> short("Operations"), short("Customer operations and claims handling for Northern Europe")
    ('Operations', 'Customer operations and claims handling…')
    """
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME].rsplit(' ', 1)[0].rstrip(',;:.')}…"


def placed(sentence: str, part: str) -> str:
    """Let a sentence of pairs that work together say which part it tells.

    >>> placed("21 → 33 of 91 department pairs work together.", "by pilots")
    '21 → 33 of 91 department pairs work together by pilots.'
    >>> placed("33 of 91 department pairs work together, as before.", "in Operations")
    '33 of 91 department pairs work together in Operations, as before.'
    """
    return TOGETHER.sub(lambda _: f" together {part}", sentence, count=1) if part else sentence


def part_sentence(covered: Coverage | CoveragePoint, *, crossings: bool, division: str, part: str) -> str:
    """Say how many pairs of a part work together; ``part`` as by `part_words`, with the division in it.

    Where a division has no pair that counts, that is said of it alone.
    """
    said = together_sentence(covered, crossings=crossings)
    if not covered.required:
        if not division:
            return said
        return (
            f"No crossing inside {short(division)} is needed on this day."
            if crossings
            else f"Begin with two departments in {short(division)}."
        )
    if part != part_words(division):
        said = said.removesuffix(STARTED)
    return placed(said, part)


def took_part_words(division: str = "", theme: str = "", kind: str = "") -> tuple[str, str]:
    """Say that departments took part in what is told, one and several.

    >>> took_part_words("Operations"), took_part_words(kind="pilot")[1]
    (('department of Operations took part', 'departments of Operations took part'), 'departments took part in pilots')
    >>> took_part_words(theme="Storm season")[0]
    'department took part in initiatives of the theme “Storm season”'
    """
    of = f" of {short(division)}" if division else ""
    named = f" of the theme “{short(theme)}”" if theme else ""
    where = f" in {KINDS[kind]}{named}" if theme or kind else ""
    return f"department{of} took part{where}", f"departments{of} took part{where}"
