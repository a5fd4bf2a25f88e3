"""The sentences of the scenes, word for word: what a room is told, and what the speaker reads beside it.

No sentence makes a department or a person the subject of a lack: names are said where something came to be, where
somebody took part, and where two could be brought together next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from tracker.graph.captions import PAIRS, next_sentence
from tracker.graph.wording import capital, counted, day_words, listed, number_words

#: So many names stand in a sentence of thanks; of more a slide says how many, and the notes say who.
MOST_THANKED = 18
THANKS = "Thank you."
#: Who supported the work, one and several; who took part says `captions_filtered.took_part_words`.
SUPPORTED = ("sponsor supported the work", "sponsors supported the work")
#: How the sentence begins that names the sponsors of a win.
SPONSORED = "Sponsored by "


def since_words(since: date, on: date, part: str = "") -> str:
    """Head what changed after a day, in a part of the house or by some of the work where one is told.

    >>> since_words(date(2026, 3, 31), date(2026, 6, 30)), since_words(date(2025, 12, 31), date(2026, 6, 30))
    ('What changed since 31 March', 'What changed since 31 December 2025')
    >>> since_words(date(2026, 3, 31), date(2026, 6, 30), "in Operations")
    'What changed since 31 March in Operations'
    """
    return f"What changed since {day_words(since, on)}" + (f" {part}" if part else "")


def earlier_sentence(before: int, since: date, on: date) -> str:
    """Say what the number was on the day compared with.

    >>> earlier_sentence(21, date(2026, 3, 31), date(2026, 6, 30))
    '21 on 31 March.'
    """
    return f"{before:,} on {day_words(since, on)}."


def period_sentence(wins: int, lessons: int, since: date, on: date, part: str = "") -> str:
    """Say how many wins and lessons a period brought, in a part where one is told; "" for none.

    >>> period_sentence(12, 1, date(2026, 3, 31), date(2026, 6, 30))
    '12 quick wins and 1 lesson since 31 March.'
    >>> period_sentence(0, 2, date(2026, 3, 31), date(2026, 6, 30)), period_sentence(0, 0, date.min, date.max)
    ('2 lessons since 31 March.', '')
    >>> period_sentence(1, 0, date(2026, 3, 31), date(2026, 6, 30), "by pilots")
    '1 quick win by pilots since 31 March.'
    """
    said = [counted(wins, "quick win", "quick wins")] * bool(wins)
    said += [counted(lessons, "lesson", "lessons")] * bool(lessons)
    where = f" {part}" if part else ""
    return f"{' and '.join(said)}{where} since {day_words(since, on)}." if said else ""


def where_sentence(initiative: str, on: date, today: date) -> str:
    """Say in which initiative something happened, and when.

    >>> where_sentence("Storm desk", date(2026, 6, 4), date(2026, 6, 30))
    'In “Storm desk”, on 4 June.'
    """
    return f"In “{initiative}”, on {day_words(on, today)}."


def who_sentence(departments: Sequence[str]) -> str:
    """Say who brought a win; "" where nobody is named.

    >>> who_sentence(["Legal", "Claims"])
    'By Claims and Legal.'
    """
    return f"By {listed(departments)}." if departments else ""


def learned_sentence(departments: Sequence[str]) -> str:
    """Say who passes a lesson on; "" where nobody is named.

    >>> learned_sentence(["Legal", "Claims"])
    'A lesson from Claims and Legal.'
    """
    return f"A lesson from {listed(departments)}." if departments else ""


def sponsored_sentence(people: Sequence[str]) -> str:
    """Say who led a win as its sponsors; "" where nobody is named.

    >>> sponsored_sentence(["Priya Raman"])
    'Sponsored by Priya Raman.'
    """
    return f"{SPONSORED}{listed(people)}." if people else ""


def without_people(sentences: Iterable[str]) -> tuple[str, ...]:
    """Return the sentences of a scene for readers who are to learn no name of a sponsor; how many there are stays.

    >>> without_people([sponsored_sentence(["Ann Berg"]), thanked_sentence(["Ann Berg"], SUPPORTED)])
    ('1 sponsor supported the work.',)
    >>> without_people([thanked_sentence(["Ann Berg", "Bo Li"], SUPPORTED), who_sentence(["Legal"])])
    ('2 sponsors supported the work.', 'By Legal.')
    """
    kept = []
    for each in sentences:
        supported = next((words for words in SUPPORTED if f" {words}: " in each), "")
        if supported:
            kept.append(f"{each.partition(supported)[0]}{supported}.")
        elif not each.startswith(SPONSORED):
            kept.append(each)
    return tuple(kept)


def moved_words(measure: str, before: str, after: str) -> str:
    """Say how a customer measure moved.

    >>> moved_words("Calls per claim", "3.2", "1.4")
    'Calls per claim: 3.2 → 1.4.'
    """
    return f"{measure}: {before} → {after}."


def bridge_sentence(a: str, b: str) -> str:
    """Name the pair to bring together next.

    >>> bridge_sentence("Claims", "Legal")
    'Next: Claims and Legal.'
    """
    return next_sentence(a, b)


def linking_sentence(linking: int) -> str:
    """Say how many departments already work with both of a pair; "" for none.

    >>> linking_sentence(2), linking_sentence(0)
    ('Two departments already work with both.', '')
    """
    verb = "department already works" if linking == 1 else "departments already work"
    return f"{capital(number_words(linking))} {verb} with both." if linking else ""


def whole_sentence(required: int, *, crossings: bool) -> str:
    """Say that nothing is left to bring together.

    >>> whole_sentence(91, crossings=False), whole_sentence(1, crossings=True)
    ('All 91 department pairs work together.', 'The crossing works together.')
    """
    one, more = PAIRS[crossings]
    return f"The {one} works together." if required == 1 else f"All {required:,} {more} work together."


def journey_sentence(name: str, together: int, required: int) -> str:
    """Say how many crossings of a journey work together.

    >>> journey_sentence("Claiming", 1, 4), journey_sentence("Moving house", 1, 1)
    ('“Claiming”: 1 of 4 crossings works together.', '“Moving house”: 1 of 1 crossing works together.')
    """
    verb = "works" if 1 in (together, required) else "work"
    return f"“{name}”: {together:,} of {required:,} {PAIRS[True][required != 1]} {verb} together."


def thanked_sentence(names: Sequence[str], what: tuple[str, str], *, most: int = MOST_THANKED) -> str:
    """Thank some by name, and of more than ``most`` say how many they are; "" for nobody.

    >>> took_part = ("department took part", "departments took part")
    >>> thanked_sentence(["Legal", "Claims"], took_part), thanked_sentence(["A", "B"], SUPPORTED, most=1)
    ('2 departments took part: Claims and Legal.', '2 sponsors supported the work.')
    """
    if not names:
        return ""
    said = counted(len(names), *what)
    return f"{said}: {listed(names)}." if len(names) <= most else f"{said}."
