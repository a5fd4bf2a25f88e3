"""Read the rows of a spreadsheet: one row an initiative, its departments and sponsors as lists in a cell."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracker.exchange import fields
from tracker.exchange.choices import Choices
from tracker.exchange.column_names import TARGETS, plain
from tracker.exchange.columns import Known, find_separator, guess_columns
from tracker.exchange.content import Column, Content, How, Refusal, Stated, Unreadable
from tracker.exchange.days import FoundOrder, find_order, read_day
from tracker.exchange.fields import Read, Wrong, shown
from tracker.exchange.tables import Table
from tracker.models.initiatives import KINDS, STATUSES

#: The columns of the template.
HEADER = tuple(each for each in TARGETS if each != "paused")
#: A spreadsheet takes a cell that begins so for a formula; an export puts an apostrophe before it.
FORMULAS = tuple("=+-@\t\r\0＝＋－＠")
#: What a formula that failed shows.
FAILED = {"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!"}
#: Words for kinds that say exactly one of ours.
KIND_WORDS = {each: each for each in KINDS} | {
    "win": "quick_win",
    "quickwin": "quick_win",
    "nearmiss": "near_miss",
}
YES = {"yes", "y", "true", "1", "x", "ja", "j", "oui", "si", "sí"}
NO = {"no", "n", "false", "0", "", "-", "nein", "non"}
#: By column: the words that mean one of ours.
OURS: dict[str, dict[str, str]] = {
    "kind": KIND_WORDS,
    "status": {each: each for each in STATUSES},
    "paused": dict.fromkeys(YES, "yes") | dict.fromkeys(NO, "no"),
}


@dataclass(slots=True)
class Rules:
    """How the cells of one file are read, and the words met that are not ours."""

    choices: Choices
    separator: str
    order: str
    words: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    spelled: dict[str, str] = field(default_factory=dict)


def content_of_table(table: Table, choices: Choices, known: Known) -> Content:
    """Return what a spreadsheet says; a row that cannot be kept becomes a refusal with its line and column.

    The values of a row are ``title``, ``start``, ``end``, ``departments`` and ``sponsors`` (names, the leading one
    first), ``lead`` (whether the first department leads), ``contact``, ``link`` and ``description``, and ``kind``,
    ``paused`` and ``finished`` where the word is known here. What an empty cell or a missing column does not state
    is absent. Where no column holds an id, the title tells the rows apart; where none is the title, the id does. Where
    there is neither, there are no rows: ``how.has_rows`` says so.

    Raises
    ------
    Unreadable
        When two columns are taken for the same.
    """
    columns = guess_columns(table, known, choices.columns)
    places = _places(columns)
    separator = choices.separator or find_separator(table, columns, known)
    order = _order(table, places, choices)
    rules = Rules(choices, separator, order.order)
    content = Content(is_table=True, sections={"initiative"})
    for note in table.notes:
        content.note(note)
    _count_words(table, places, rules)
    if "title" in places or "external_id" in places:
        _read_rows(table, places, rules, content)
    content.how = _how(table, columns, rules, order)
    _note_columns(columns, content, places)
    return content


def _places(columns: Sequence[Column]) -> dict[str, int]:
    """Return where each column stands."""
    found: dict[str, int] = {}
    names: dict[str, str] = {}
    for place, column in enumerate(columns):
        name = plain(column.header)
        if column.target and name in names and names[name] == column.target:
            raise Unreadable(f"The header names “{name}” twice.")
        if column.target in found:
            raise Unreadable(
                f"Two columns are taken for the same: “{shown(columns[found[column.target]].header)}” and "
                f"“{shown(column.header)}”. Choose one of them."
            )
        if column.target:
            found[column.target], names[name] = place, column.target
        elif name in names:
            raise Unreadable(f"The header names “{name}” twice.")
    return found


def _order(table: Table, places: Mapping[str, int], choices: Choices) -> FoundOrder:
    days = [places[name] for name in ("started_on", "ended_on") if name in places]
    found = find_order(cells[at] for _, cells in table.rows for at in days if at < len(cells))
    if choices.order in ("ymd", "dmy", "mdy"):
        return FoundOrder(choices.order, True, found.has_numbers)  # type: ignore[arg-type]  # one of the three
    return found


def _how(table: Table, columns: tuple[Column, ...], rules: Rules, order: FoundOrder) -> How:
    return How(
        header=table.header,
        header_line=table.header_line,
        columns=columns,
        above=tuple((line, " · ".join(filter(None, map(str.strip, cells)))) for line, cells in table.above),
        encoding=table.encoding,
        delimiter=table.delimiter,
        sheet=table.sheet,
        sheets=table.sheets,
        order=order.order,
        is_order_sure=order.is_sure,
        has_numbers=order.has_numbers,
        separator=rules.separator,
        words={name: dict(found) for name, found in rules.words.items()},
        notes=table.notes,
        spelled=rules.spelled,
    )


def _note_columns(columns: Sequence[Column], content: Content, places: Mapping[str, int]) -> None:
    for column in columns:
        if not column.target and column.header:
            content.note(f"The column “{shown(column.header)}” is not known and was left out.")
    if "title" in places and "external_id" not in places:
        content.note("No column holds an id, so the title tells the rows apart.")


def _count_words(table: Table, places: Mapping[str, int], rules: Rules) -> None:
    """Count the words of kinds, statuses and yes or no that are not ours: they can be given a meaning."""
    for column, ours in OURS.items():
        at = places.get(column)
        if at is None:
            continue
        found = Counter(cells[at].strip() for _, cells in table.rows if at < len(cells))
        for word, count in found.items():
            if word and plain(word) not in ours:
                rules.words[column][shown(word)] += count


def _read_rows(table: Table, places: Mapping[str, int], rules: Rules, content: Content) -> None:
    seen: dict[str, int] = {}
    first: dict[str, Stated] = {}
    for line, cells in table.rows:
        item = _row(line, cells, table, places, seen, rules, content)
        if rules.choices.together and isinstance(item, Stated):
            if item.id in first:
                _join(first[item.id], item)
                content.note("Joined with the row of the same id.")
                continue
            first[item.id] = item
        content.items.append(item)


def _join(first: Stated, more: Stated) -> None:
    """Add what another row says of the same initiative: its departments and sponsors, and what was not said yet."""
    for key, value in more.values.items():
        known = first.values.get(key)
        if key == "departments":
            first.values[key] = _distinct((*(known or ()), *value))
        elif key == "sponsors":
            first.values[key] = tuple(dict.fromkeys((*(known or ()), *value)))
        elif known is None:
            first.values[key] = value


def _row(
    line: int,
    cells: Sequence[str],
    table: Table,
    places: Mapping[str, int],
    seen: dict[str, int],
    rules: Rules,
    content: Content,
) -> Stated | Refusal:
    cell = {name: _unguarded(cells[at]) for name, at in places.items() if at < len(cells)}
    title = shown(cell.get("title", ""), 100)
    id_ = shown(cell.get("external_id", ""), 100) if "external_id" in places else title
    found = Row(cell, rules)
    try:
        if len(cells) != table.width and not table.is_workbook:
            raise Wrong(f"This row has {len(cells)} cells and the header {table.width}.")  # noqa: TRY301 (one place tells what a row is refused for)
        id_ = found.read_id("external_id" in places)
        if id_ in seen and not rules.choices.together:
            found.column = "external_id" if "external_id" in places else "title"
            raise Wrong(f"Line {seen[id_]} has this {found.column} already; line {line} is left out.")  # noqa: TRY301 (as above)
        seen.setdefault(id_, line)
        values = found.values()
    except Wrong as wrong:
        return Refusal("initiative", id_, title, found.column, wrong.reason, line)
    for note in found.notes:
        content.note(note)
    return Stated("initiative", id_, values.get("title", id_), values, line=line, notes=tuple(found.notes))


class Row:
    """The cells of one row, read one by one; ``column`` is the one that is being read."""

    def __init__(self, cell: Mapping[str, str], rules: Rules) -> None:
        self.cell = cell
        self.rules = rules
        self.column = ""
        self.notes: list[str] = []

    def read(self, column: str, read: Read) -> Any:
        """Read a cell, blanks around it cut off."""
        self.column = column
        text = self.cell[column].strip()
        if text in FAILED:
            raise Wrong(f"The formula in this cell failed: it shows {text}.")
        return read(text)

    def read_id(self, has_column: bool) -> str:  # noqa: FBT001 (whether the file has ids is all it takes)
        """Read what tells the row from others: its id, or its title where the file has no ids."""
        if has_column:
            return (
                str(self.read("external_id", fields.identifier)) if "external_id" in self.cell else _none("")
            )
        return str(self.read("title", _title))[: fields.ID_LIMIT]

    def values(self) -> dict[str, Any]:
        """Return what the row states."""
        values: dict[str, Any] = {"title": self.read("title", _title)} if "title" in self.cell else {}
        for column, key in (("started_on", "start"), ("ended_on", "end")):
            if column in self.cell:
                values[key] = self.read(column, self._day)
        self._read_words(values)
        start, end = values.get("start"), values.get("end")
        if start is not None and end is not None and end < start:
            self.column = "ended_on"
            raise Wrong("The end lies before the start.")
        self._read_names(values)
        for column, key, limit in (
            ("owner", "contact", fields.TEXT_LIMIT),
            ("url", "link", fields.LINK_LIMIT),
            ("summary", "description", fields.TEXT_LIMIT),
        ):
            if self.cell.get(column, "").strip():
                values[key] = self.read(column, fields.text(limit))
        return values

    def _day(self, text: str) -> Any:
        return read_day(text, self.rules.order)

    def _read_words(self, values: dict[str, Any]) -> None:
        choices = self.rules.choices
        if "kind" in self.cell:
            word, known = self._word("kind", OURS["kind"], choices.kinds)
            if known:
                values["kind"] = known
            else:
                self.notes.append(f"The kind {word} is not known here: new rows are recorded as pilot.")
        if "status" in self.cell:
            word, known = self._word("status", OURS["status"], choices.statuses)
            if known:
                values["paused"] = known == "paused"
                if known == "finished" and values.get("end") is None:
                    values["finished"] = True
            else:
                self.notes.append(f"The status {word} is not known here: it follows from the dates.")
        if "paused" in self.cell:
            word, known = self._word("paused", OURS["paused"], choices.flags)
            if known:
                values["paused"] = known == "yes"
            else:
                self.notes.append(f"{word} is neither yes nor no here: it is read as no.")

    def _word(self, column: str, ours: Mapping[str, str], house: Mapping[str, str]) -> tuple[str, str | None]:
        """Return a word as it is shown, and which of ours it means."""
        written = self.read(column, fields.text(fields.NAME_LIMIT))
        key = plain(written)
        if key in ours and key not in house:
            return written, ours[key]
        named = f"“{shown(written)}”" if written else "(empty)"
        return named, house.get(key) or None

    def _read_names(self, values: dict[str, Any]) -> None:
        if "departments" in self.cell or "lead_department" in self.cell:
            meant = self.rules.choices.departments
            lead = self._names("lead_department", meant) if "lead_department" in self.cell else ()
            others = self._names("departments", meant) if "departments" in self.cell else ()
            if len(lead) > 1:
                self.column = "lead_department"
                raise Wrong("One department leads; the others stand in the column departments.")
            values["lead"] = bool(lead)
            values["departments"] = _distinct((*lead, *others))
        if "sponsor" in self.cell:
            values["sponsors"] = self._names("sponsor", self.rules.choices.people)

    def _names(self, column: str, meant: Mapping[str, str]) -> tuple[str, ...]:
        """Read the names in a cell, each as the one that it stands for; those left out are missing."""
        read = fields.text(fields.NAME_LIMIT)

        def split(text: str) -> tuple[str, ...]:
            names = (
                read(" ".join(each.split()))
                for each in text.split(self.rules.separator)
                if fields.visible(each)
            )
            chosen = (self._meant(each, meant) for each in names)
            return tuple(dict.fromkeys(filter(None, chosen)))

        return tuple(self.read(column, split))

    def _meant(self, name: str, meant: Mapping[str, str]) -> str:
        """Return the name that a name stands for, "" for one that is left out."""
        if not meant or name.casefold() not in meant:
            return name
        self.rules.spelled.setdefault(name.casefold(), name)
        return meant[name.casefold()]


def _none(_value: str) -> str:
    raise Wrong("An id is needed here.")


def _title(value: str) -> str:
    found: str = fields.text(fields.TITLE_LIMIT)(value)
    if not fields.visible(found):
        raise Wrong("A title is needed.")
    return found


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Return departments once each, in the spelling that came first; capitals make no other department."""
    found: dict[str, str] = {}
    for each in names:
        found.setdefault(each.casefold(), each)
    return tuple(found.values())


def _unguarded(cell: str) -> str:
    """Return a cell without the apostrophe that an export put before what looks like a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULAS) else cell
