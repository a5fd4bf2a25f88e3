"""What falls due as an iCalendar file (RFC 5545), for Outlook, Google Calendar, Apple Calendar or Thunderbird."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from icalendar import Calendar, Event, vDuration, vText

from tracker.exchange.readable import readable
from tracker.queries.due import Due, What

#: How a day is called in a calendar, before the title; and what it says when it is opened.
WORDS: dict[What, tuple[str, str]] = {
    "decide": ("Decide", "Decide by this day what becomes of it: routine, scaled, stopped or extended."),
    "quiet": ("Still moving?", "It goes quiet on this day unless something is logged before."),
    "check": ("Check the routine", "Look whether it still stands, and say so on its page."),
    "journey": (
        "The journey ends",
        "From this day on its crossings no longer count. Renew it if it goes on.",
    ),
}
#: What stands for the title of a near miss, which keeps it to itself.
UNTITLED = "A near miss"
#: How often a calendar may ask again.
REFRESH = timedelta(hours=6)


def calendar_file(
    days: Sequence[Due], *, name: str, told: str, said_at: datetime, address: Callable[[Due], str]
) -> bytes:
    """Return a calendar with an entry a day that falls due, as UTF-8.

    ``told`` says what the calendar holds, ``said_at`` (aware, UTC) since when that is so, ``address`` gives the
    full address of a record's page. An entry keeps its UID while its day moves.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Tracker//What falls due//EN")
    calendar.add("version", "2.0")
    # Each is said twice: as RFC 7986 has it, and as most programs read it.
    for fields, text in ((("name", "x-wr-calname"), name), (("description", "x-wr-caldesc"), told)):
        for field in fields:
            calendar.add(field, vText(readable(text)))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    for each in days:
        calendar.add_component(_entry(each, said_at, address(each)))
    written: bytes = calendar.to_ical()
    return written


def _entry(each: Due, said_at: datetime, address: str) -> Event:
    asked, advice = WORDS[each.what]
    title = readable(each.title) or UNTITLED
    entry = Event()
    entry.add("uid", f"{each.what}-{each.public_id}@tracker")
    entry.add("dtstamp", said_at)
    entry.add("dtstart", each.on)
    entry.add("summary", f"{asked} {title}" if asked.endswith("?") else f"{asked}: {title}")
    entry.add("description", f"{advice}\n{address}")
    entry.add("url", address)
    entry.add("transp", "TRANSPARENT")  # nobody is busy all day because of it
    return entry
