"""Files that name records which were merged here: what they say goes to the ones that stayed.

Files know nothing of merges. A row of a merged initiative adds its departments and sponsors to the one that stayed,
whose own row has the rest to say. While a file lacks one of their rows, nobody leaves by it: it may be another
office's list of the same work.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tracker.exchange.content import Content, Refusal, Stated
from tracker.exchange.fields import shown
from tracker.queries.portfolio_lines import Records, Register
from tracker.services.imports_planning import LISTED, SINGLE, Change

#: Kinds whose records can be merged.
KINDS = ("department", "person", "initiative")
#: What a row of a merged initiative still says.
ADDED = ("departments", "lead", "sponsors")


def follow_rows(content: Content, known: Records) -> tuple[list[Change], frozenset[str]]:
    """Let rows of merged initiatives speak of those that stayed, inside the content.

    Return the rows that say nothing of their own any more, and the ids of initiatives that nobody leaves.
    """
    ids = _ids_of(known)
    named = {each.id for each in content.items}
    own = {each.id: each for each in content.items if isinstance(each, Stated) and each.id in ids}
    items: list[Stated | Refusal] = []
    told: list[Change] = []
    more: dict[str, list[Stated]] = defaultdict(list)
    for item in content.items:
        kept = known.get(item.id)
        if kept is None or not kept.into or isinstance(item, Refusal):
            items.append(item)
            continue
        stays = known[kept.into]
        more[kept.into].append(item)
        if kept.into in own or len(more[kept.into]) > 1 or item.values.get("end") is not None:
            words = (
                f"Merged into “{shown(stays.values['title'])}”: its departments and sponsors are added there."
            )
            told.append(_unchanged(item, words))
            continue
        values = {key: item.values[key] for key in ADDED if key in item.values}
        items.append(replace(item, id=kept.into, title=stays.values["title"], values=values))
    content.items[:] = [
        _with(each, more[each.id]) if isinstance(each, Stated) and each.id in more else each for each in items
    ]
    return told, frozenset(into for into, merged in ids.items() if not {into, *merged} <= named)


def follow_portfolio(content: Content, register: Register) -> list[Change]:
    """Let everything that a portfolio says of merged records be said of those that stayed, inside the content.

    Return the objects of merged records, which say nothing of their own any more.
    """
    into = {
        kind: {id_: kept.into for id_, kept in register.get(kind, {}).items() if kept.into} for kind in KINDS
    }
    if not any(into.values()):
        return []
    told = [
        _unchanged(each, "Merged into another record here.")
        for each in content.items
        if isinstance(each, Stated) and each.id in into.get(each.kind, {})
    ]
    content.items[:] = [
        _redirected(each, into) if isinstance(each, Stated) else each
        for each in content.items
        if each.id not in into.get(each.kind, {})
    ]
    return told


def _ids_of(known: Records) -> dict[str, list[str]]:
    """Return which records went into each that stayed, by id."""
    found: dict[str, list[str]] = defaultdict(list)
    for id_, kept in known.items():
        if kept.into:
            found[kept.into].append(id_)
    return found


def _unchanged(item: Stated, words: str) -> Change:
    return Change(item.kind, item.id, item.title, "unchanged", line=item.line, notes=(words,))


def _with(item: Stated, others: Sequence[Stated]) -> Stated:
    """Return a row with the departments and sponsors that other rows of the same work name as well."""
    values = dict(item.values)
    for key in ("departments", "sponsors"):
        names = [name for each in (item, *others) for name in each.values.get(key, ())]
        if names:
            values[key] = list(dict.fromkeys(names))
    values.setdefault("lead", False)
    return replace(item, values=values)


def _redirected(item: Stated, into: Mapping[str, Mapping[str, str]]) -> Stated:
    """Return an object that names the records which stayed in place of merged ones."""
    values = dict(item.values)
    for key, kind in SINGLE.get(item.kind, {}).items():
        if values.get(key) in into.get(kind, {}):
            values[key] = into[kind][values[key]]
    if item.kind == "department" and values.get("merged_into") == item.id:
        del values["merged_into"]
    for key, part, kind in LISTED.get(item.kind, ()):
        lines, ids = values.get(key, ()), into.get(kind, {})
        if any((getattr(line, part) if part else line) in ids for line in lines):
            values[key] = _lines(key, part, lines, lambda id_, ids=ids: ids.get(id_, id_))  # type: ignore[misc]  # bound now
    if "builds_on" in values:
        values["builds_on"] = tuple(each for each in values["builds_on"] if each != item.id)
    routine = values.get("routine")
    if routine:
        owners = {
            into["department"].get(department, department): into["person"].get(person, person)
            for department, person in routine.owners
        }
        values["routine"] = routine._replace(owners=tuple(sorted(owners.items())))
    return replace(item, values=values)


def _lines(key: str, part: str, lines: Sequence[Any], moved: Callable[[str], str]) -> tuple[Any, ...]:
    """Return the lines of a list with the records that stayed; stays that share days become one."""
    if not part:
        return tuple(dict.fromkeys(moved(each) for each in lines))
    renamed = [line._replace(**{part: moved(getattr(line, part))}) for line in lines]
    return _joined(renamed, by_role=key == "sponsors") if key in ("members", "sponsors") else tuple(renamed)


def _joined(lines: Sequence[Any], *, by_role: bool) -> tuple[Any, ...]:
    """Join stays ``(who, role, first day, last day)`` of one record that touch; who leads in one leads in all."""
    found: list[Any] = []
    for line in lines:
        who, role, first, last = line
        touching = [
            each
            for each in found
            if each[0] == who
            and (not by_role or each[1] == role)
            and (last is None or each[2] is None or each[2] <= last)
            and (each[3] is None or first is None or first <= each[3])
        ]
        firsts, lasts = [first, *(each[2] for each in touching)], [last, *(each[3] for each in touching)]
        whole = type(line)(
            who,
            "lead" if "lead" in {role, *(each[1] for each in touching)} else role,
            None if None in firsts else min(firsts),
            None if None in lasts else max(lasts),
        )
        found = [each for each in found if each not in touching] + [whole]
    return tuple(found)
