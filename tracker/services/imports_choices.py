"""What was chosen beyond the rows of a file: names that stand for others, rows that vanished, wins vouched for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from tracker.exchange.choices import Choices
from tracker.exchange.content import Content, Stated
from tracker.exchange.fields import shown
from tracker.queries.portfolio_lines import Kept, Records, Register
from tracker.services.imports_planning import Change, Draft

#: How many people vouch for wins that were reported before: a second one must stand beside the first.
VOUCHING = 2
WINS = ("win", "measured_win")
#: What the moment of an imported quick win is called beside the id of its row.
WIN_MARK = " win"


def key_of(item_kind: str, item_id: str, line: int | None) -> str:
    """Return by what a row is left out: its line, or the kind and the id of an object of a portfolio."""
    return str(line) if line is not None else f"{item_kind}:{item_id}"


def take_out(content: Content, choices: Choices) -> list[Change]:
    """Take the rows that are to be left out of a file and return them as such."""
    if not choices.left_out:
        return []
    gone = [each for each in content.items if key_of(each.kind, each.id, each.line) in choices.left_out]
    kept = {id(each) for each in gone}
    content.items[:] = [each for each in content.items if id(each) not in kept]
    return [Change(each.kind, each.id, each.title, "left_out", line=each.line) for each in gone]


def ended(item: Stated, kept: Kept | None, as_of: date, draft: Draft) -> Stated:
    """Return a row that is finished and names no last day with the day on which a file said so first."""
    if not item.values.get("finished"):
        return item
    values = {key: value for key, value in item.values.items() if key not in ("finished", "end")}
    known, notes = kept.values if kept else {}, item.notes
    start = values.get("start") or known.get("start")
    if known.get("end") is None and start is not None and start <= as_of:
        values["end"] = as_of
        words = "Finished, and the file names no last day: the file’s date was taken."
        draft.noted[words] += 1
        notes = (*notes, words)
    return replace(item, values=values, notes=notes)


def end_missing(known: Records, names: Iterable[str], as_of: date) -> list[Change]:
    """Return the end of initiatives that the file does not name any more, on its date."""
    found = []
    for id_ in names:
        kept = known[id_]
        start = kept.values["start"]
        if start is None or start > as_of:
            continue
        values = {"end": as_of, "declared_until": as_of}
        words = (f"end: – → {as_of}", "it is not in the file any more")
        found.append(Change("initiative", id_, kept.values["title"], "update", values, kept.row, words))
    return found


def other_names(
    choices: Choices, spelled: Mapping[str, str], departments: Records, new: Sequence[str]
) -> list[Change]:
    """Return the departments that get other names: those that the file knows them by, as it spells them."""
    wanted: dict[str, list[str]] = {}
    for name, meant in choices.departments.items():
        if meant and meant.casefold() != name and name in spelled:
            wanted.setdefault(meant.casefold(), []).append(spelled[name])
    found = []
    for id_, kept in departments.items():
        names = {id_.casefold(), kept.values["name"].casefold()}
        have = {each.casefold() for each in kept.values["aliases"]} | names
        more = [each for meant in names for each in wanted.get(meant, ()) if each.casefold() not in have]
        if more and not kept.in_bin:
            aliases = (*kept.values["aliases"], *dict.fromkeys(more))
            words = tuple(f"also called {shown(each)}" for each in dict.fromkeys(more))
            found.append(
                Change(
                    "department", id_, kept.values["name"], "update", {"aliases": aliases}, kept.row, words
                )
            )
    return [*found, *_named_anew(wanted, new)]


def _named_anew(wanted: Mapping[str, Sequence[str]], new: Sequence[str]) -> list[Change]:
    """Return the other names of departments that the file brings, under the ids they will have."""
    return [
        Change("department", name, name, "create", {"name": name, "aliases": tuple(wanted[name.casefold()])})
        for name in new
        if name.casefold() in wanted
    ]


def reported_wins(draft: Draft, register: Register, today: date) -> list[Change]:
    """Return the moments of the quick wins in a spreadsheet that no moment stands for yet, unconfirmed."""
    found = []
    for change in draft.changes:
        if change.kind != "initiative" or change.action in ("refused", "left_out"):
            continue
        kept = register["initiative"].get(change.id)
        whole = {**(kept.values if kept else {}), **change.values}
        day = whole.get("end") or whole.get("start")
        id_ = change.id + WIN_MARK
        is_known = id_ in register.get("moment", {})
        if whole.get("kind") == "quick_win" and day is not None and day <= today and not is_known:
            values = {"initiative": change.id, "kind": "win", "date": day, "title": change.title}
            found.append(Change("moment", id_, change.title, "create", values, line=change.line))
    return found


def unconfirmed(content: Content) -> list[Stated]:
    """Return the wins of a portfolio that nobody vouches for."""
    return [
        each
        for each in content.items
        if isinstance(each, Stated)
        and each.kind == "moment"
        and each.values.get("kind") in WINS
        and each.values.get("confirmed") is False
    ]


def vouched(values: Mapping[str, Any], people: Sequence[str]) -> dict[str, Any]:
    """Return the values of a win that these people vouch for."""
    return {**values, "confirmed": True, "confirmed_by": tuple(people)}
