"""Compare the rows of a dated CSV with the register: repeated files of a moving register become history.

The file's date decides what a row changes:

- A row still running is vouched for until the file's date, a row with an end until its end.
- A department or a sponsor that a later file names, or names no longer, joins or leaves on that file's date. On
  work that had not begun by then there is no history to keep: the row says who takes part.
- An empty cell states nothing, but for ``ended_on`` (still running), the departments and the sponsors. An end that
  was set with an outcome stays: the decision was made here.
- A row that a file of a later date has changed is left alone by an older file, which tells nothing new. The audit
  knows: each line of an import carries its file's date. So a second pass over old files changes nothing.
- Initiatives that earlier files brought and this one does not name are left alone and listed, unless they are to end.
- A row that is finished and names no last day ends on the date of the first file that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from tracker.exchange.choices import Choices
from tracker.exchange.content import Content, Refusal, Stated
from tracker.exchange.fields import shown
from tracker.exchange.reading import UNSAID
from tracker.queries.portfolio_lines import Kept, MemberLine, Records, Register, SponsorLine
from tracker.services.imports_choices import (
    VOUCHING,
    end_missing,
    ended,
    other_names,
    reported_wins,
    take_out,
    vouched,
)
from tracker.services.imports_merged import follow_rows
from tracker.services.imports_planning import Change, Draft, compare, refused
from tracker.services.outcomes import ENDINGS
from tracker.services.progress import Progress, unheard

#: Rows between two words on how far the comparison is.
STEP = 500

#: What a key of a record is called in the header.
COLUMNS = {"end": "ended_on", "start": "started_on"}
Lines = Sequence[Any]


class Ambiguous(Exception):
    """A name that two records bear."""


class Names:
    """The departments, or the people, by what files call them; new names become new records when a row needs them.

    Departments are the same in capitals and small letters, as on pages; people are not: two sign-in names may
    differ in that alone.
    """

    def __init__(self, kind: str, records: Records, on: date) -> None:
        self.kind = kind
        self.records = records
        self.on = on
        self.new: dict[str, str] = {}
        self.back: set[str] = set()
        self._key: Callable[[str], str] = str.casefold if kind == "department" else str
        self._ways: list[dict[str, list[str]]] = [{}, {}, {}]
        # Those in the bin come last: they are meant only where nobody else is.
        for id_, kept in sorted(records.items(), key=lambda each: each[1].in_bin):
            names = ((id_,), (kept.values["name"],), kept.values.get("aliases", ()))
            for way, found in zip(self._ways, names, strict=True):
                for name in found:
                    way.setdefault(self._key(name), []).append(id_)

    def find(self, name: str) -> str:
        """Return the external id that a name stands for: an id, a name, another name, or a new one.

        Raises
        ------
        Ambiguous
            When two records bear the name.
        """
        key = self._key(name)
        for way in self._ways:
            found = way.get(key, ())
            open_ = [id_ for id_ in found if not self.records[id_].in_bin] or found
            if len(open_) > 1 and name not in open_:
                raise Ambiguous(
                    f"There are {len(open_)} called “{shown(name)}”. Write the id of the one meant."
                )
            if open_:
                return self._now(name if name in open_ else open_[0])
        return self.new.get(key, name)

    def need(self, id_: str) -> None:
        """Note that a row which goes in names this record."""
        if id_ not in self.records:
            self.new.setdefault(self._key(id_), id_)
        elif self.records[id_].in_bin:
            self.back.add(id_)

    def changes(self) -> list[Change]:
        """Return the records to create, and those to bring back from the bin."""
        made = [Change(self.kind, id_, id_, "create", {"name": id_}) for id_ in self.new.values()]
        back = [
            Change(
                self.kind,
                id_,
                self.records[id_].values["name"],
                "update",
                {"in_bin": False},
                self.records[id_].row,
            )
            for id_ in sorted(self.back)
        ]
        return made + back

    def _now(self, id_: str) -> str:
        """Follow a record into the one that it is now, and a department into the one it went into by the file's date."""
        id_ = self.records[id_].into or id_
        seen = {id_}
        while True:
            values = self.records[id_].values
            into, closed = values.get("merged_into"), values.get("closed")
            if into is None or into in seen or (closed is not None and closed > self.on):
                return id_
            seen.add(into)
            id_ = into


def plan_rows(
    content: Content,
    register: Register,
    dates: Mapping[int | None, date],
    *,
    as_of: date,
    today: date,
    choices: Choices = UNSAID,
    progress: Progress = unheard,
) -> Draft:
    """Return what the rows of a file of that date would write; ``dates`` are those of `file_dates`."""
    draft = Draft(noted=content.noted)
    named = {each.id for each in content.items}
    left_out = take_out(content, choices)
    told, nobody_leaves = follow_rows(content, register["initiative"])
    named |= {each.id for each in content.items}
    departments = Names("department", register["department"], as_of)
    people = Names("person", register["person"], as_of)
    known = register["initiative"]
    left_alone: list[str] = []
    for place, item in enumerate(content.items):
        if place % STEP == 0:
            progress("Comparing the rows with the register", place, len(content.items))
        if isinstance(item, Refusal):
            draft.changes.append(refused(item))
            continue
        draft.one_department += len(item.values.get("departments", ())) == 1
        kept = known.get(item.id)
        if kept is not None and not kept.in_bin and dates.get(kept.row, as_of) > as_of:
            left_alone.append(item.id)
            draft.changes.append(
                Change(item.kind, item.id, item.title, "unchanged", row=kept.row, line=item.line)
            )
            continue
        draft.changes.append(
            _planned(
                _staying(item, kept, as_of) if item.id in nobody_leaves and kept else item,
                kept,
                draft,
                departments,
                people,
                as_of=as_of,
                today=today,
                known=known,
            )
        )
    draft.left_alone = tuple(left_alone)
    draft.not_in_file = _not_named(named, known, dates, as_of)
    if choices.end_missing:
        draft.changes += end_missing(known, draft.not_in_file, as_of)
    _add_wins(draft, register, people, choices, today)
    draft.changes += [*told, *left_out]
    _add_names(draft, departments, people, choices, content.how.spelled if content.how else {})
    return draft


def _add_wins(draft: Draft, register: Register, people: Names, choices: Choices, today: date) -> None:
    """Add the wins that were reported before, if two people vouch for them; without that they are counted alone."""
    wins = reported_wins(draft, register, today)
    draft.wins = len(wins)
    if not wins or len(choices.vouching) < VOUCHING:
        return
    ids = [people.find(each) for each in choices.vouching]
    for id_ in ids:
        people.need(id_)
    draft.changes += [
        Change(each.kind, each.id, each.title, each.action, vouched(each.values, ids)) for each in wins
    ]


def _add_names(
    draft: Draft, departments: Names, people: Names, choices: Choices, spelled: Mapping[str, str]
) -> None:
    """Add the departments and people that the rows need, and the other names that departments get."""
    names = other_names(choices, spelled, departments.records, tuple(departments.new.values()))
    anew = {each.id: each for each in names if each.action == "create"}
    made = [anew.get(each.id, each) if each.action == "create" else each for each in departments.changes()]
    draft.extra = [*made, *people.changes(), *(each for each in names if each.action == "update")]
    draft.new_departments = tuple(departments.new.values())
    draft.new_people = tuple(people.new.values())
    for found in (departments, people):
        for id_ in sorted(found.back):
            draft.noted[f"Brought back from the bin: the {found.kind} “{shown(id_)}”."] += 1


def _planned(
    item: Stated,
    kept: Kept | None,
    draft: Draft,
    departments: Names,
    people: Names,
    *,
    as_of: date,
    today: date,
    known: Records,
) -> Change:
    if kept is None and "title" not in item.values:
        reason = "A title is needed: no initiative has this id yet."
        return refused(Refusal(item.kind, item.id, "", "title", reason, item.line))
    item = ended(item, kept, as_of, draft)
    column = "departments"
    try:
        taking_part = [departments.find(each) for each in item.values.get("departments", ())]
        column = "sponsor"
        sponsors = [people.find(each) for each in item.values.get("sponsors", ())]
    except Ambiguous as error:
        return refused(Refusal(item.kind, item.id, item.title, column, str(error), item.line))
    values = _values(item, kept, taking_part, sponsors, as_of)
    if kept is not None and kept.values["outcome"] in ENDINGS and values.get("end", 0) is None:
        del values["end"]
        values["declared_until"] = declared_until(kept.values["start"], kept.values["end"], as_of)
        draft.noted["Ended here with an outcome, and still running in the file: left as it ended."] += 1
    change = compare(
        Stated(item.kind, item.id, item.title, values, line=item.line), known, draft.noted, today
    )
    if change.action == "refused":
        return refused(
            Refusal(
                item.kind,
                item.id,
                item.title,
                COLUMNS.get(change.column, change.column),
                change.reason,
                item.line,
            )
        )
    if change.action in ("create", "update"):
        whole = {**(kept.values if kept else {}), **change.values}
        change = replace(change, notes=(*item.notes, *_note_uncounted(whole, draft)))
        for id_ in taking_part:
            departments.need(id_)
        for id_ in sponsors:
            people.need(id_)
    return change


def _staying(item: Stated, kept: Kept, on: date) -> Stated:
    """Return a row that names everybody who takes part or stands behind the work on a day as well; who leads goes on leading."""
    values = dict(item.values)
    for key, lines in (("departments", "members"), ("sponsors", "sponsors")):
        if key in values:
            here = [line for line in kept.values[lines] if line[3] is None or line[3] > on]
            leading = [line[0] for line in here if line[1] == "lead"]
            values[key] = list(dict.fromkeys([*leading, *values[key], *(line[0] for line in here)]))
            if lines == "members":
                values["lead"] = bool(leading) or values["lead"]
    return replace(item, values=values)


def _note_uncounted(values: Mapping[str, Any], draft: Draft) -> tuple[str, ...]:
    """Say what keeps a row from counting; that it names one department is counted by itself."""
    found = []
    if values.get("start") is None:
        found.append("No first day: kept as proposed, not counted.")
    if not values.get("members"):
        found.append("No department: recorded, not counted.")
    draft.noted.update(found)
    return (
        (*found, "One department: recorded, not counted.")
        if len(values.get("members", ())) == 1
        else tuple(found)
    )


def _values(
    item: Stated, kept: Kept | None, departments: Sequence[str], sponsors: Sequence[str], as_of: date
) -> dict[str, Any]:
    """Return what a row states, under the key names of the portfolio form."""
    stated = item.values
    values: dict[str, Any] = {
        key: stated[key]
        for key in ("title", "kind", "paused", "end", "contact", "link", "description")
        if key in stated
    }
    if stated.get("start") is not None:
        values["start"] = stated["start"]
    whole = (kept.values if kept else {"start": None, "end": None}) | values
    begun = whole["start"] is not None and whole["start"] < as_of
    values["declared_until"] = declared_until(whole["start"], whole["end"], as_of)
    if "departments" in stated:
        distinct = list(dict.fromkeys(departments))
        wanted: Lines = [
            MemberLine(id_, "lead" if stated["lead"] and not place else "contributing")
            for place, id_ in enumerate(distinct)
        ]
        values["members"] = carried(
            kept.values["members"] if kept else (), wanted, as_of, begun=begun, key=lambda line: line[0]
        )
    if "sponsors" in stated:
        wanted = [
            SponsorLine(id_, "co" if place else "lead") for place, id_ in enumerate(dict.fromkeys(sponsors))
        ]
        values["sponsors"] = carried(
            kept.values["sponsors"] if kept else (), wanted, as_of, begun=begun, key=lambda line: line[:2]
        )
    if kept is None:
        values["members"] = tuple(line._replace(joined=None) for line in values.get("members", ()))
        values["sponsors"] = tuple(line._replace(since=None) for line in values.get("sponsors", ()))
    return values


def declared_until(start: date | None, end: date | None, as_of: date) -> date | None:
    """Return until when a file of that date vouches for a row, or None for one that had not begun."""
    until = as_of if end is None else min(end, as_of)
    return until if start is not None and start <= until else None


def carried(
    lines: Lines, wanted: Lines, on: date, *, begun: bool, key: Callable[[Any], Hashable]
) -> tuple[Any, ...]:
    """Return the stays of departments or sponsors after a file of a day names those wanted.

    A line is ``(who, role, first day, last day)``; `key` says when two lines mean the same one. Who is named no
    longer leaves on the day, who is new comes on it; before the work has begun they were never there, or always.
    """
    named = {key(line): line for line in wanted}
    here = {key(line) for line in lines if line[3] is None or line[3] > on}
    found: list[Any] = []
    back: set[Hashable] = set()
    for line in lines:
        who, role, first, last = line
        meant = named.get(key(line))
        running = last is None or last > on
        if meant is not None and running:
            found.append(type(line)(who, meant[1], first, last))
        elif meant is not None and last == on and key(line) not in here and key(line) not in back:
            back.add(key(line))  # the same day's file, corrected
            found.append(type(line)(who, meant[1], first, None))
        elif meant is not None or not running or (begun and first is not None and first > on):
            found.append(line)
        elif begun and (first is None or first < on):
            found.append(type(line)(who, role, first, on))
    unbounded = {key(line) for line in found if line[2] is None}
    for id_, line in named.items():
        if id_ not in here and id_ not in back:
            first = on if begun or id_ in unbounded else None
            found.append(type(line)(line[0], line[1], first, None))
    return tuple(found)


def _not_named(
    named: Collection[str], known: Records, dates: Mapping[int | None, date], as_of: date
) -> tuple[str, ...]:
    """Return the running initiatives that files up to this one's date brought and this one does not name."""
    return tuple(
        id_
        for id_, kept in sorted(known.items())
        if id_ not in named
        and not kept.in_bin
        and kept.values["end"] is None
        and dates.get(kept.row, date.max) <= as_of
    )
