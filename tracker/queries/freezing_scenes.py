"""The scenes of a day as plain values that JSON keeps: every number in them with what it counts and its receipt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tracker.graph.captions import COMES_TO_BE
from tracker.graph.changes import ChangeKind
from tracker.graph.figures import Figure, Name
from tracker.graph.succession import index
from tracker.graph.ties import pair_of
from tracker.queries.freezing_counts import Counting
from tracker.queries.scenes import Figure as Number
from tracker.queries.scenes import Scene, Source


@dataclass(frozen=True, slots=True)
class Occasion:
    """What scenes are told of: the days, and the sponsors whom they thank, by name."""

    since: date
    on: date
    sponsors: tuple[str, ...]


def plain_scenes(scenes: Iterable[Scene], of: Occasion, counting: Counting) -> list[dict[str, Any]]:
    """Return scenes as they are told; the page behind a number says what it counts."""
    return [_scene(each, of, counting) for each in scenes]


def _scene(scene: Scene, of: Occasion, counting: Counting) -> dict[str, Any]:
    numbers = [_number(each, scene, of, counting) for each in scene.figures]
    receipts = {each.source: number for each, number in zip(scene.figures, numbers, strict=True)}
    return {
        "kind": scene.kind,
        "title": scene.title,
        "words": list(scene.words),
        "figures": numbers,
        "notes": list(scene.notes),
        "sources": [
            receipts[each]["source"] | {"receipt": receipts[each]["receipt"]}
            if each in receipts
            else _source(each) | _behind(each, scene, of, counting)
            for each in scene.sources
        ],
        "departments": list(scene.departments),
        "numbers": list(_numbers(of, counting)) if scene.kind == "changed" else [],
    }


def _numbers(of: Occasion, counting: Counting) -> Iterator[dict[str, Any]]:
    """Yield how often each kind of change happened that the sentences of a period tell."""
    before, after = (counting.value(Figure("together", day)) for day in (of.since, of.on))
    fell = int(after or 0) < int(before or 0)
    for kind, words in HAPPENED.items():
        figure = Figure("changed", of.on, of.since, of=kind)
        if kind in COUNTED:
            figure = Figure(COUNTED[kind], of.on, of.since + timedelta(1))
        asked = [figure] * (not fell or kind in COMES_TO_BE)
        asked += [Figure("lost", of.on, of.since, of=kind)] * fell
        for each in asked:
            if counting.value(each) and not (kind in COUNTED and counting.within.division):
                yield {"words": words, **counting.told(each)}


def _number(number: Number, scene: Scene, of: Occasion, counting: Counting) -> dict[str, Any]:
    """Return a number with its receipt, and that of the number it is a part of."""
    figure = _counts(number.source, scene, of, counting)
    found = {"words": number.words, "source": _source(number.source), **counting.told(figure)}
    if figure.name == "crossed":
        found["whole"] = counting.told(Figure("crossings", figure.on, of=figure.of))
    if figure.name == "together" and figure.on == of.on:
        found["whole"] = counting.told(Figure("required", figure.on))
    return found


def _source(source: Source) -> dict[str, Any]:
    return {"words": source.words, "page": source.page, "values": [list(each) for each in source.values]}


def _behind(source: Source, scene: Scene, of: Occasion, counting: Counting) -> dict[str, Any]:
    """Return what a page that stands behind a scene counts; nothing where the scene says no number of it."""
    if source.page == "sponsors.index":
        counts = {"name": "supporting", "on": of.on.isoformat(), "since": of.since.isoformat()}
        names = list(of.sponsors)
        return {
            "counts": counts,
            "value": len(names),
            "names": names,
            "receipt": next(counting.receipts),
        }
    if source.page == "receipts.show":  # what was shown before has its receipt in the snapshot that showed it
        return {"receipt": dict(source.values)["receipt"]}
    if source.page not in PAGES:
        return {}
    return counting.told(_counts(source, scene, of, counting))


def _counts(source: Source, scene: Scene, of: Occasion, counting: Counting) -> Figure:
    return PAGES[source.page](dict(source.values), scene, of, counting)


def _together(values: dict[str, str], *_: object) -> Figure:
    return Figure("together", date.fromisoformat(values["on"]))


def _brought(values: dict[str, str], *_: object) -> Figure:
    since, until = (date.fromisoformat(values[name]) for name in ("since", "until"))
    return Figure("lessons" if values["kind"] == "near_miss" else "wins", until, since)


def _change(_values: dict[str, str], _scene: Scene, of: Occasion, _counting: Counting) -> Figure:
    return Figure("change", of.on, of.since)


def _journey(values: dict[str, str], _scene: Scene, of: Occasion, counting: Counting) -> Figure:
    return Figure("crossed", of.on, of=counting.ids["journeys"][values["public_id"]])


def _linking(values: dict[str, str], _scene: Scene, of: Occasion, counting: Counting) -> Figure:
    known = counting.ids["departments"]
    return Figure("linking", of.on, pair=pair_of(known[values["a"]], known[values["b"]]))


def _taking_part(_values: dict[str, str], _scene: Scene, of: Occasion, _counting: Counting) -> Figure:
    return Figure("taking_part", of.on, of.since)


def _moment(values: dict[str, str], _scene: Scene, _of: Occasion, counting: Counting) -> Figure:
    id_ = counting.ids["moments"][values["public_id"]]
    return Figure("moment", index(counting.portfolio).events[id_].on, of=id_)


def _members(values: dict[str, str], scene: Scene, of: Occasion, counting: Counting) -> Figure:
    """Count the departments of an initiative on the day of the moment that the scene tells of it."""
    moment = next(dict(each.values) for each in scene.sources if each.page == "moments.show")
    on = _moment(moment, scene, of, counting).on
    return Figure("members", on, of=counting.ids["initiatives"][values["public_id"]])


#: Kinds of change that count moments; they are not told of a division.
COUNTED: dict[ChangeKind, Name] = {"moved": "moved", "reused": "reused"}
#: What kinds of change are called where each has a number.
HAPPENED: dict[ChangeKind, str] = {
    "first_wins": "First joint wins",
    "together": "Pairs that came to work together",
    "routine": "Became routine",
    "moved": "Customer measures that moved",
    "reused": "Lessons used again",
    "ended": "Ended",
    "regrouped": "Go on with other departments",
    "required": "Pairs that are counted no more",
    "quiet": "Not heard from",
}
#: What the pages behind scenes count.
PAGES: dict[str, Callable[[dict[str, str], Scene, Occasion, Counting], Figure]] = {
    "pairs.index": _together,
    "moments.index": _brought,
    "why.show": _change,
    "journeys.show": _journey,
    "pairs.show": _linking,
    "departments.index": _taking_part,
    "moments.show": _moment,
    "initiatives.show": _members,
}
