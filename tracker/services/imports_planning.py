"""Compare what a portfolio file states with the register: what to create, to update, to leave, to refuse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from tracker.exchange.content import Content, Refusal, Stated
from tracker.exchange.document import lead_of
from tracker.exchange.fields import NAME_LIMIT, shown
from tracker.queries.portfolio_lines import Kept, Records, Register, SponsorLine, UpdateLine
from tracker.services.checking import is_safe_link
from tracker.services.imports_wording import said

#: Lists whose order says nothing.
UNORDERED = ("aliases", "sponsors", "builds_on", "members", "activity", "confirmed_by")
#: Kinds that a file may leave out and still refer to: their ids are their names.
IMPLIED = {"division": "divisions", "person": "people", "theme": "themes"}
#: Kinds whose records stay in the bin when a file names them: somebody put them there.
STAY_IN_BIN = ("journey", "initiative", "moment", "reuse")
ORDERED = (("opened", "closed"), ("valid_from", "valid_to"), ("start", "end"))


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one object: the values to write, the row they go to, and what people read of it."""

    kind: str
    id: str
    title: str
    action: str
    values: Mapping[str, Any] = field(default_factory=dict)
    row: int | None = None
    said: tuple[str, ...] = ()
    line: int | None = None
    column: str = ""
    reason: str = ""
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Draft:
    """Everything that an import would write, in the order of the file, and what it has to say.

    ``extra`` are records that the file has no object for: it only refers to them.
    """

    changes: list[Change] = field(default_factory=list)
    extra: list[Change] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    noted: Counter[str] = field(default_factory=Counter)
    one_department: int = 0
    new_departments: tuple[str, ...] = ()
    new_people: tuple[str, ...] = ()
    not_in_file: tuple[str, ...] = ()
    left_alone: tuple[str, ...] = ()
    wins: int = 0


class Reference(NamedTuple):
    """Where an object names another one."""

    column: str
    kind: str
    id: str


def plan_portfolio(content: Content, register: Register, settings: Mapping[str, Any], today: date) -> Draft:
    """Return what a portfolio would write into the register."""
    draft = Draft(noted=content.noted)
    implied = _implied(content, register)
    draft.extra = [Change(each.kind, each.id, each.title, "create", each.values) for each in implied]
    items = _with_references(content, register, implied)
    for item in items:
        if isinstance(item, Refusal):
            draft.changes.append(refused(item))
        else:
            draft.changes.append(compare(item, register.get(item.kind, {}), draft.noted, today))
    draft.settings = {key: value for key, value in content.settings.items() if settings[key] != value}
    if content.settings:
        draft.changes.insert(0, _settings_change(content.settings, draft.settings, settings))
    draft.new_departments = _created(draft, "department")
    draft.new_people = _created(draft, "person")
    draft.one_department = sum(
        isinstance(each, Stated)
        and each.kind == "initiative"
        and len({line.department for line in each.values.get("members", ())}) == 1
        for each in items
    )
    _note_names(draft, register)
    return draft


def compare(item: Stated, records: Records, noted: Counter[str], today: date) -> Change:
    """Return what becomes of one object, by what the register knows under its id."""
    kept = records.get(item.id)
    values = dict(item.values)
    if item.kind == "initiative":
        _settle_initiative(values, kept, noted, today)
    if kept is None:
        return Change(item.kind, item.id, item.title, "create", values, line=item.line)
    if kept.in_bin and item.kind in STAY_IN_BIN:
        noted[f"Stays in the bin: the {item.kind} “{shown(item.title)}”."] += 1
        return Change(item.kind, item.id, item.title, "unchanged", row=kept.row, line=item.line)
    wrong = _wrong_order(kept.values | values)
    if wrong:
        return Change(
            item.kind,
            item.id,
            item.title,
            "refused",
            line=item.line,
            column=f"{item.place}.{wrong}" if item.place else wrong,
            reason="With what the register knows, this ends before it begins.",
        )
    differing = {key: value for key, value in values.items() if not same(key, kept.values[key], value)}
    words = tuple(word for key in differing for word in said(key, kept.values[key], differing[key]))
    if kept.in_bin:
        differing["in_bin"] = False
        words = (*words, "brought back from the bin")
    action = "update" if differing else "unchanged"
    title = (
        item.values.get("title")
        or item.values.get("name")
        or kept.values.get("title")
        or kept.values.get("name")
    )
    return Change(item.kind, item.id, title or item.id, action, differing, kept.row, words, item.line)


def same(key: str, kept: Any, stated: Any) -> bool:
    """Say whether two values of a key say the same."""
    if key in UNORDERED:
        return Counter(kept) == Counter(stated)
    return bool(kept == stated)


def _settle_initiative(values: dict[str, Any], kept: Kept | None, noted: Counter[str], today: date) -> None:
    """Turn the short forms into full ones, and leave out what the register cannot vouch for or link to."""
    lead = values.pop("lead", None)
    if lead is not None and (kept is None or lead_of(kept.values) != lead):
        others = [each for each in kept.values["sponsors"] if each.role != "lead"] if kept else []
        values["sponsors"] = (SponsorLine(lead), *others)
    if kept is not None and "activity" in values:
        values["activity"] = _still_asking(values["activity"], kept.values["activity"])
    if values.get("declared_until") and values["declared_until"] > today:
        values["declared_until"] = today
        noted["A register cannot vouch for days to come: “declared_until” ends today."] += 1
    if values.get("link") and not is_safe_link(values["link"]):
        del values["link"]
        noted["A link begins with https://, http:// or mailto:; others were left out."] += 1
    if "paused" in values:
        whole = (kept.values if kept else {}) | values
        started = whole.get("start") is not None and whole["start"] <= today
        ended = whole.get("end") is not None and whole["end"] <= today
        values["paused"] = values["paused"] and started and not ended


def _still_asking(stated: Iterable[UpdateLine], kept: Iterable[UpdateLine]) -> tuple[UpdateLine, ...]:
    """Return updates that ask of whom they asked before where the file does not say: older ones never do."""
    asked = {(each.on, each.text): each.asked_of for each in kept}
    return tuple(
        each if each.asked_of else each._replace(asked_of=asked.get((each.on, each.text))) for each in stated
    )


def _with_references(
    content: Content, register: Register, implied: Sequence[Stated]
) -> list[Stated | Refusal]:
    """Return the objects, those that refer to what nobody knows refused."""
    items = [_in_one_kind(each, register) for each in content.items]
    while True:
        known = {kind: set(records) for kind, records in register.items()}
        for one in implied:
            known[one.kind].add(one.id)
        moved = {id_ for id_, each in register.get("moment", {}).items() if each.values["kind"] == "moved"}
        for each in items:
            if isinstance(each, Stated):
                known.setdefault(each.kind, set()).add(each.id)
                if each.kind == "moment":
                    (moved.add if each.values["kind"] == "moved" else moved.discard)(each.id)
        checked = [_checked(each, known, moved) if isinstance(each, Stated) else each for each in items]
        if all(before is after for before, after in zip(items, checked, strict=True)):
            return checked
        # What was refused may be what others referred to: look again.
        items = checked


def _implied(content: Content, register: Register) -> list[Stated]:
    found: dict[tuple[str, str], Stated] = {}
    for each in content.items:
        if not isinstance(each, Stated):
            continue
        for _, kind, id_ in references(each):
            if kind in IMPLIED and kind not in content.sections and id_ not in register[kind]:
                found.setdefault((kind, id_), Stated(kind, id_, id_, {"name": id_[:NAME_LIMIT]}))
    return list(found.values())


def _in_one_kind(item: Stated | Refusal, register: Register) -> Stated | Refusal:
    """Refuse an event that the register knows as one of the other table."""
    other = {"moment": "reuse", "reuse": "moment"}.get(item.kind)
    if isinstance(item, Stated) and other and item.id in register.get(other, {}):
        is_now = register[other][item.id].values["kind"]
        return _refusal(item, ".kind", f"The register knows this id as “{is_now}”. Give it another id.")
    return item


def _checked(item: Stated, known: Mapping[str, set[str]], moved: set[str]) -> Stated | Refusal:
    for column, kind, id_ in references(item):
        if id_ not in known.get(kind, ()):
            return _refusal(
                item, column, f"There is no {kind} “{shown(id_)}” in this file or in the register."
            )
        if kind == "moment" and item.values["kind"] == "moved" and id_ in moved:
            return _refusal(item, column, "A “moved” is of a win, not of another “moved”.")
        if kind == item.kind == "department" and id_ == item.id:
            return _refusal(item, column, "A department is not merged into itself.")
    return item


def references(item: Stated) -> Iterator[Reference]:
    """Yield every place where an object names another one."""
    values = item.values
    for key, kind in SINGLE.get(item.kind, {}).items():
        if values.get(key) is not None:
            yield Reference(".sponsor" if key == "lead" else f".{key}", kind, values[key])
    for key, part, kind in LISTED.get(item.kind, ()):
        for place, line in enumerate(values.get(key, ())):
            id_ = getattr(line, part) if part else line
            if id_ is not None:
                yield Reference(f".{key}[{place}]{'.' + part if part else ''}", kind, id_)
    routine = values.get("routine")
    for department, person in routine.owners if routine else ():
        yield Reference(".routine.owners", "department", department)
        yield Reference(f".routine.owners.{shown(department)}", "person", person)


SINGLE: dict[str, dict[str, str]] = {
    "department": {"division": "division", "merged_into": "department"},
    "person": {"department": "department"},
    "initiative": {"theme": "theme", "scaled_into": "initiative", "lead": "person"},
    "moment": {"initiative": "initiative", "of": "moment"},
    "reuse": {"initiative": "initiative", "of": "moment"},
}
LISTED: dict[str, tuple[tuple[str, str, str], ...]] = {
    "journey": (("steps", "department", "department"),),
    "initiative": (
        ("members", "department", "department"),
        ("sponsors", "person", "person"),
        ("activity", "asked_of", "person"),
        ("builds_on", "", "initiative"),
    ),
    "moment": (("confirmed_by", "", "person"),),
}


def _refusal(item: Stated, column: str, reason: str) -> Refusal:
    return Refusal(item.kind, item.id, item.title, item.place + column, reason, item.line)


def refused(item: Refusal) -> Change:
    """Return an object that cannot go in."""
    return Change(
        item.kind,
        item.id,
        item.title,
        "refused",
        line=item.line,
        column=item.column,
        reason=item.reason,
    )


def _wrong_order(values: Mapping[str, Any]) -> str | None:
    for first, then in ORDERED:
        earlier, later = values.get(first), values.get(then)
        if earlier is not None and later is not None and later < earlier:
            return then
    return None


def _settings_change(
    stated: Mapping[str, Any], differing: Mapping[str, Any], settings: Mapping[str, Any]
) -> Change:
    words = tuple(f"{key}: {settings[key]} → {value}" for key, value in differing.items())
    action = "update" if differing else "unchanged"
    return Change("settings", "config", "How the numbers are made", action, dict(stated), said=words)


def _created(draft: Draft, kind: str) -> tuple[str, ...]:
    return tuple(
        each.title for each in (*draft.extra, *draft.changes) if each.kind == kind and each.action == "create"
    )


def _note_names(draft: Draft, register: Register) -> None:
    """Say where a new department or person has the name of one that is there."""
    for kind in ("department", "person"):
        names = {each.values["name"].casefold() for each in register[kind].values() if not each.in_bin}
        for change in draft.changes:
            if change.kind == kind and change.action == "create" and change.title.casefold() in names:
                draft.noted[
                    f"There is a {kind} called “{shown(change.title)}” already, under another id: now there are two."
                ] += 1
