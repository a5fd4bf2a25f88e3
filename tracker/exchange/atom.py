"""Wins as an Atom feed (RFC 4287), for feed readers, intranets and chat channels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from tracker.exchange.readable import readable
from tracker.graph.wording import MONTHS
from tracker.queries.news import News

NAMESPACE = "http://www.w3.org/2005/Atom"
#: What the kinds are called in front of a title.
WORDS = {"win": "Quick win", "measured_win": "Measured win", "near_miss": "Near miss"}


def atom_file(
    news: Sequence[News],
    *,
    feed: str,
    name: str,
    told: str,
    begun_at: datetime,
    page: str,
    address: Callable[[News], str],
) -> bytes:
    """Return a feed with an entry a win, as UTF-8.

    ``feed`` is what the feed's id is made of, ``told`` says what it holds, ``begun_at`` when it was made, ``page``
    and ``address`` give the full addresses of the list and of a record. Ids depend on no host: a feed that
    moves keeps them. It does not name its own address, which is a secret: feeds are passed on whole.
    """
    root = Element("feed", {"xmlns": NAMESPACE, "xml:lang": "en"})
    _put(root, "id", _id(f"feed {feed}"))
    _put(root, "title", f"Wins of {name}" if name else "Wins")
    _put(root, "subtitle", told)
    _put(root, "updated", _instant(max((each.updated_at for each in news), default=begun_at)))
    _put(SubElement(root, "author"), "name", name or "Tracker")
    SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": page})
    for each in news:
        _entry(root, each, address(each))
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode").encode() + b"\n"


def _entry(root: Element, each: News, address: str) -> None:
    entry = SubElement(root, "entry")
    kind = WORDS[each.kind]
    _put(entry, "id", _id(f"moment {each.public_id}"))
    _put(entry, "title", f"{kind}: {each.title}" if each.title else kind)
    _put(entry, "published", _instant(each.created_at))
    _put(entry, "updated", _instant(each.updated_at))
    SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": address})
    SubElement(entry, "category", {"term": each.kind, "label": kind})
    day = f"{each.on.day} {MONTHS[each.on.month - 1]} {each.on.year}"
    _put(entry, "summary", ". ".join(filter(None, (day, each.initiative, ", ".join(each.departments)))) + ".")


def _put(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = readable(text)


def _id(what: str) -> str:
    return uuid5(NAMESPACE_URL, f"tracker {what}").urn


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
