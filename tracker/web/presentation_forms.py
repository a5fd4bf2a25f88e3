"""The composer's form: scenes and flags as numbered rows that are moved, added and taken out without JavaScript.

A scene's fields are ``scene-0-kind``, ``scene-0-title`` and so on, a flag's ``flag-0-words`` and ``flag-0-over``
(the last day of a month, or the public id of a moment). A button that changes the rows sends ``change`` (``up-2``,
``down-2``, ``remove-2``, ``add-win``, ``preview``): the form comes back changed and nothing is saved.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import fields, replace
from datetime import date

from tracker.graph.wording import day_words
from tracker.queries.film import LONGEST_FLAG, MOST_FLAGS
from tracker.queries.presentations import KINDS, Choice, ChosenFlag, ChosenScene, Composition
from tracker.queries.scene_moments import Shown
from tracker.services.decks import CLASSIFICATION_LIMIT
from tracker.services.presentations import (
    INITIATIVE_KINDS,
    MOST_MONTHS,
    MOST_SCENES,
    NOTES_LIMIT,
    SCENE_TITLE_LIMIT,
    TITLE_LIMIT,
    WORDS_LIMIT,
)
from tracker.web.filters import month
from tracker.web.forms import FormReader

SCENE_FIELDS = tuple(field.name for field in fields(ChosenScene))
PLAIN_FIELDS = ("title", "classification", "period", "months", "since", "on", "division", "theme", "kind")
#: What a scene is called where one chooses among them.
SCENE_WORDS = {
    "headline": "The headline",
    "changed": "What changed",
    "win": "A quick win",
    "near_miss": "A near miss, by its lesson",
    "next": "What comes next",
    "thanks": "Thanks",
}
LIMITS = {
    "title": TITLE_LIMIT,
    "classification": CLASSIFICATION_LIMIT,
    "months": MOST_MONTHS,
    "scenes": MOST_SCENES,
    "scene_title": SCENE_TITLE_LIMIT,
    "words": WORDS_LIMIT,
    "notes": NOTES_LIMIT,
    "flags": MOST_FLAGS,
    "flag": LONGEST_FLAG,
}
#: A new presentation tells the last months, unless fixed days are chosen.
USUAL_MONTHS = 3


def read_choice(form: FormReader) -> Choice:
    """Read a presentation; what cannot be read has its message in the form."""
    is_fixed = form.choice("period", "The period", ("months", "days")) == "days"
    months = form.whole("months", "The months", low=1, high=MOST_MONTHS, required=not is_fixed)
    since, on = form.day("since", "The day before"), form.day("on", "The last day")
    return Choice(
        title=form.text("title", "The title", required=True, limit=TITLE_LIMIT),
        months=None if is_fixed else months or USUAL_MONTHS,
        since=since if is_fixed else None,
        on=on if is_fixed else None,
        division="".join(form.ids("division", "The division")[:1]),
        theme="".join(form.ids("theme", "The theme")[:1]),
        kind=form.choice("kind", "The kind", INITIATIVE_KINDS),
        classification=form.text("classification", "The classification", limit=CLASSIFICATION_LIMIT),
        scenes=tuple(_read_scene(form, at) for at in range(scenes_in(form))),
        flags=tuple(_read_flags(form)),
    )


def seen_choice(form: FormReader, today: date) -> Choice:
    """Return what can be shown of a form while it is being filled: what is wrong in it is passed over."""
    choice = read_choice(deepcopy(form))
    days = choice.since, choice.on
    if choice.months is None and not (days[0] and days[1] and days[0] < days[1] <= today):
        return replace(choice, months=USUAL_MONTHS, since=None, on=None)
    return choice


def scenes_in(form: FormReader) -> int:
    """Return how many scene rows the form holds; one more than allowed is refused by the service."""
    at = 0
    while at <= MOST_SCENES and form.has(f"scene-{at}-kind"):
        at += 1
    return at


def showing(choice: Choice, version: int | None = None) -> FormReader:
    """Return the form of a presentation as it stands."""
    values: dict[str, object] = {
        "title": choice.title,
        "classification": choice.classification,
        "period": "days" if choice.months is None else "months",
        "months": choice.months or USUAL_MONTHS,
        "since": choice.since,
        "on": choice.on,
        "division": choice.division,
        "theme": choice.theme,
        "kind": choice.kind,
        "version": version,
    }
    for at, scene in enumerate(choice.scenes):
        values |= {f"scene-{at}-{name}": getattr(scene, name) for name in SCENE_FIELDS}
    for at, flag in enumerate(choice.flags):
        values |= {f"flag-{at}-words": flag.words, f"flag-{at}-over": flag.moment or flag.month}
    return FormReader.showing(values)


def changed(form: FormReader) -> FormReader | None:
    """Return the form with its rows changed as its button says; None when the button saves."""
    change = form.value("change")
    if not change:
        return None
    rows = [
        {name: form.value(f"scene-{at}-{name}") for name in SCENE_FIELDS} for at in range(scenes_in(form))
    ]
    verb, _, place = change.partition("-")
    at = int(place) if place.isascii() and place.isdigit() and len(place) <= 3 else -1
    if verb == "add" and place in KINDS and len(rows) < MOST_SCENES:
        rows.insert(_behind(rows, place), {**dict.fromkeys(SCENE_FIELDS, ""), "kind": place, "shown": "yes"})
    elif verb == "remove" and 0 <= at < len(rows):
        del rows[at]
    elif verb == "up" and 0 < at < len(rows):
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
    elif verb == "down" and 0 <= at < len(rows) - 1:
        rows[at + 1], rows[at] = rows[at], rows[at + 1]
    values: dict[str, object] = {name: form.value(name) for name in (*PLAIN_FIELDS, "version")}
    values |= {
        name: form.value(name) for at in range(MOST_FLAGS) for name in (f"flag-{at}-words", f"flag-{at}-over")
    }
    for index, row in enumerate(rows):
        values |= {f"scene-{index}-{name}": value for name, value in row.items()}
    return FormReader.showing(values)


def _behind(rows: list[dict[str, str]], kind: str) -> int:
    """Return where a new row stands: behind the last of its kind, or of the kinds told before it."""
    before = KINDS[: KINDS.index(kind) + 1]
    return next((at + 1 for at in range(len(rows) - 1, -1, -1) if rows[at]["kind"] in before), 0)


def _read_scene(form: FormReader, at: int) -> ChosenScene:
    field = f"scene-{at}-"
    return ChosenScene(
        kind=form.choice(f"{field}kind", "The scene", KINDS),
        moment="".join(form.ids(f"{field}moment", "The moment")[:1]),
        shown=form.flag(f"{field}shown"),
        title=form.text(f"{field}title", "The title", limit=SCENE_TITLE_LIMIT),
        words=form.text(f"{field}words", "The text", limit=WORDS_LIMIT, lines=True),
        notes=form.text(f"{field}notes", "The notes", limit=NOTES_LIMIT, lines=True),
    )


def _read_flags(form: FormReader) -> list[ChosenFlag]:
    """Read the flags that say or name something; the service says what one of them lacks."""
    found = []
    for at in range(MOST_FLAGS):
        words = form.text(f"flag-{at}-words", "The flag", limit=LONGEST_FLAG)
        over = "".join(form.ids(f"flag-{at}-over", "The flag")[:1])
        if words or over:
            is_month = _is_day(over)
            found.append(ChosenFlag(words, "" if is_month else over, over if is_month else ""))
    return found


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def moment_options(moments: Sequence[Shown], today: date) -> list[tuple[str, str]]:
    """Return moments as the options of a select: what each is told by, and its day."""
    return [
        (
            each.public_id,
            f"{each.lesson if each.kind == 'near_miss' else each.title}, {day_words(each.on, today)}",
        )
        for each in moments
    ]


def flag_options(composition: Composition, today: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what a flag can stand over: the months of the film, and the moments of the period."""
    months = [(on.isoformat(), month(on)) for on in composition.months]
    found = [
        ("A month", months),
        ("A quick win", moment_options(composition.wins, today)),
        ("A near miss", moment_options(composition.near_misses, today)),
    ]
    return [(words, options) for words, options in found if options]
