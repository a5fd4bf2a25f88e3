"""What nobody types by accident, and how to send it to every route and every field of every form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote

from werkzeug.routing import Rule

#: Blank, invisible, NUL, markup, templates, formulas, wildcards, right-to-left, wide, long, traversal, odd digits.
TEXTS = (
    "",
    " ",
    "\u200b",
    "a\x00b",
    "'\"><svg onload=alert(1)>",
    "{{7*7}}",
    "=HYPERLINK(1)",
    "%",
    "_",
    "\\",
    "\u202e",
    "\N{GRINNING FACE}" * 300,
    "x" * 70_000,
    "..%2f..%2fetc/passwd",
    "a\r\nSet-Cookie: x=1",
    "javascript:alert(1)",
    "id;drop table users",
    "(select 1)",
    "\u0661\u0662",
)
#: Too large for the database, no number at all, another alphabet's digit, days outside the calendar.
NUMBERS = (
    "0",
    "-1",
    "9223372036854775807",
    "9223372036854775808",
    "99999999999999999999999",
    "1.5",
    "1e309",
    "NaN",
    "\u0663",
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "2200-12-31",
)
VALUES = (*TEXTS, *NUMBERS)
#: Bodies that call themselves JSON.
BODIES = (
    b"",
    b"[]",
    b"null",
    b"1",
    b'{"title":"\\ud800"}',
    b'{"title":NaN}',
    b"[" * 60_000 + b"]" * 60_000,
    b'{"title":{"a":1},"body":{}}',
    b"\xff",
    b'{"a":1,"a":2}',
    b'{"title":"a\\u0000b"}',
    b'{"title":' + b"9" * 5_000 + b"}",
)
#: Names that lists and pages read from their address.
QUERY_NAMES = (
    "q",
    "page",
    "sort",
    "on",
    "pair",
    "band",
    "kind",
    "status",
    "department",
    "since",
    "until",
    "next",
)


@dataclass
class Form:
    """A form of a page: where it goes, and what it would send as it stands."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)

    def with_one(self, at: int, value: str) -> dict[str, list[str]]:
        """Return what the form sends with another value in one of its fields."""
        sent: dict[str, list[str]] = {}
        for place, (name, typed) in enumerate(self.fields):
            sent.setdefault(name, []).append(value if place == at else typed)
        return sent


class FormFinder(HTMLParser):
    """Collect the forms of a page with the values their fields begin with."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.forms: list[Form] = []
        self._here: Form | None = None
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a form, or note a field of the one that is open."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._here = Form(given.get("action") or self.address, given.get("method", "get").upper())
            self.forms.append(self._here)
        if self._here is None:
            return
        name = given.get("name", "")
        if tag == "select":
            self._select = name
            self._here.fields.append((name, ""))
        elif (
            tag == "option" and self._select and (given.get("value") and self._is_better("selected" in given))
        ):
            self._here.fields[-1] = (self._select, given["value"])
        elif tag == "textarea":
            self._area = name
            self._here.fields.append((name, ""))
        elif name and tag in ("input", "button"):
            self._here.fields.append((name, given.get("value", "")))

    def _is_better(self, selected: bool) -> bool:
        return self._here is not None and (selected or not self._here.fields[-1][1])

    def handle_data(self, data: str) -> None:
        """Take what stands in an area of text."""
        if self._area and self._here is not None:
            self._here.fields[-1] = (self._area, self._here.fields[-1][1] + data)

    def handle_endtag(self, tag: str) -> None:
        """Close what is open."""
        if tag == "form":
            self._here = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None


def forms_of(page: str, address: str) -> list[Form]:
    """Return the forms of a page."""
    finder = FormFinder(address)
    finder.feed(page)
    return finder.forms


def addresses(rule: Rule, values: tuple[str, ...]) -> Iterator[str]:
    """Yield the addresses of a route with each of these values in the place of its arguments, all at once."""
    if not rule.arguments:
        yield rule.rule
        return
    for value in values:
        if value and "/" not in value and len(value) < 400:
            yield filled(rule, dict.fromkeys(rule.arguments, value))


def filled(rule: Rule, arguments: dict[str, str]) -> str:
    """Return the address of a route with these arguments, whatever its converters would say to them."""
    address = rule.rule
    for name, value in arguments.items():
        address = re.sub(rf"<(?:[^<>:]+:)?{name}>", lambda _, value=value: quote(value, safe=""), address)
    return address
