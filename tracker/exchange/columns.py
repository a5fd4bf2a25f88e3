"""Which column of a spreadsheet means what: guessed by its name, by what stands in it, and by what is known here."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tracker.exchange.column_names import MEANT, plain
from tracker.exchange.content import Column
from tracker.exchange.days import looks_like_day
from tracker.exchange.fields import shown
from tracker.exchange.tables import Table

#: Rows that a guess looks at, and the share of filled cells that must agree.
LOOKED_AT = 400
AGREE = 0.6
#: What joins names in a cell, those first that no name holds.
SEPARATORS = {
    ";": "semicolon",
    "\n": "line end",
    "|": "bar",
    "/": "slash",
    ",": "comma",
    "+": "plus",
    "&": "and sign",
}
LINK = re.compile(r"https?://\S+", re.IGNORECASE)
NAMED_BY = {"departments", "lead_department", "sponsor"}


@dataclass(frozen=True, slots=True)
class Known:
    """Names that the register knows, casefolded: a column full of them is told by them."""

    departments: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Cells:
    """The filled cells of one column, as many as a guess looks at."""

    texts: tuple[str, ...] = ()
    distinct: Counter[str] = field(default_factory=Counter)

    def share(self, fits: int) -> bool:
        return bool(self.texts) and fits / len(self.texts) >= AGREE


def fingerprint(header: Sequence[str]) -> str:
    """Return what tells one header from others: the same columns in the same order, however they are capitalised."""
    return hashlib.sha256("\n".join(map(plain, header)).encode()).hexdigest()


def guess_columns(table: Table, known: Known, chosen: Sequence[str] | None = None) -> tuple[Column, ...]:
    """Return what each column is taken for; ``chosen`` says it instead, column by column."""
    cells = [_cells(table, at) for at in range(table.width)]
    if chosen is not None and len(chosen) == table.width:
        reasons = {at: (target, "you said so" if target else "") for at, target in enumerate(chosen)}
    else:
        reasons = _by_name(table.header)
        _by_content(cells, known, reasons)
    return tuple(
        Column(name, *reasons.get(at, ("", "")), tuple(each for each, _ in found.distinct.most_common(3)))
        for at, (name, found) in enumerate(zip(table.header, cells, strict=True))
    )


def _cells(table: Table, at: int) -> _Cells:
    texts = tuple(
        cells[at].strip() for _, cells in table.rows[:LOOKED_AT] if at < len(cells) and cells[at].strip()
    )
    return _Cells(texts, Counter(shown(each, 60) for each in texts))


def _by_name(header: Sequence[str]) -> dict[int, tuple[str, str]]:
    """Return the columns that their names tell; of two for the same, the one whose name is meant more surely."""
    best: dict[str, tuple[int, int]] = {}
    for at, name in enumerate(header):
        target, place = MEANT.get(plain(name), ("", 0))
        if target and (target not in best or place < best[target][0]):
            best[target] = (place, at)
    return {
        at: (target, "its name" if place == 0 else f"“{shown(header[at], 40)}” is another word for it")
        for target, (place, at) in best.items()
    }


def _by_content(cells: Sequence[_Cells], known: Known, reasons: dict[int, tuple[str, str]]) -> None:
    """Add the columns that what stands in them tells."""
    taken = {target for target, _ in reasons.values()}

    def take(at: int, target: str, reason: str) -> None:
        if at not in reasons and target not in taken:
            reasons[at] = (target, reason)
            taken.add(target)

    for at, found in enumerate(cells):
        if not found.texts or at in reasons:
            continue
        count = len(found.texts)
        days = sum(map(looks_like_day, found.texts))
        links = sum(bool(LINK.fullmatch(each)) for each in found.texts)
        departments, people = (_named(found.texts, names) for names in (known.departments, known.people))
        if found.share(days):
            take(
                at,
                "started_on" if "started_on" not in taken else "ended_on",
                f"{days} of {count} cells are days",
            )
        elif found.share(links):
            take(at, "url", f"{links} of {count} cells are links")
        elif found.share(departments):
            take(at, "departments", f"{departments} of {count} cells name departments that are here")
        elif found.share(people):
            take(at, "sponsor", f"{people} of {count} cells name sponsors that are here")
    _take_title(cells, reasons, taken)


def _take_title(cells: Sequence[_Cells], reasons: dict[int, tuple[str, str]], taken: set[str]) -> None:
    """Take for the title the first column of words of which nearly every one is another."""
    if "title" in taken:
        return
    for at, found in enumerate(cells):
        words = sum(" " in each for each in found.texts)
        if (
            at not in reasons
            and len(found.texts) > 1
            and found.share(words)
            and found.share(len(found.distinct))
        ):
            reasons[at] = ("title", "nearly every cell holds other words")
            return


def _named(texts: Sequence[str], names: frozenset[str]) -> int:
    return sum(any(part in names for part in _parts(each)) for each in texts) if names else 0


def _parts(text: str) -> list[str]:
    parts = [text.casefold()]
    for separator in SEPARATORS:
        parts += [each.strip() for each in text.casefold().split(separator)]
    return parts


def find_separator(table: Table, columns: Sequence[Column], known: Known) -> str:
    """Return what joins the names in the cells of departments and sponsors, ";" where nothing says otherwise.

    A slash or a comma can stand in a name. It joins where the parts stand alone in other cells, or are known here;
    nothing joins the parts of a cell that is known here as a whole.
    """
    found: Counter[str] = Counter()
    for at, column in enumerate(columns):
        if column.target not in NAMED_BY:
            continue
        texts = [cells[at] for _, cells in table.rows[:LOOKED_AT] if at < len(cells) and cells[at].strip()]
        names = known.people if column.target == "sponsor" else known.departments
        alone = {each.strip().casefold() for each in texts} | names
        for text in texts:
            if text.strip().casefold() in names:
                continue
            for separator in SEPARATORS:
                parts = [each.strip().casefold() for each in text.split(separator) if each.strip()]
                if len(parts) > 1:
                    sure = separator in (";", "\n", "|")
                    found[separator] += 3 if sure else 2 * any(part in alone for part in parts)
                    break
    best = found.most_common(1)
    return best[0][0] if best and best[0][1] > 0 else ";"
