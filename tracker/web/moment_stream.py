"""How the stream of wins and near misses reads its filters from the address, and how it is grouped."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from flask import request

from tracker.extensions import db
from tracker.models.initiatives import KINDS
from tracker.queries.moment_lists import moments_at, stream_of
from tracker.queries.moments import STREAM_KINDS, MomentFilters, MomentRow, count_moments
from tracker.queries.narrowing import Filters, narrowing_of
from tracker.web.cursors import KeyPage, read_page
from tracker.web.dates import begun_by
from tracker.web.filters import day, sentence
from tracker.web.forms import FormReader
from tracker.web.narrowing import chips_of as part_chips
from tracker.web.paging import url_with

#: The periods of the stream: their words and days back from the day it shows; "" is all of it.
PERIODS = {"30-days": ("Last 30 days", 30), "90-days": ("Last 90 days", 90), "year": ("Last 365 days", 365)}


@dataclass(frozen=True, slots=True)
class Month:
    """The moments of a calendar month, newest first."""

    first: date
    rows: tuple[MomentRow, ...]


def read_filters(on: date) -> tuple[MomentFilters, str]:
    """Read the filters of the stream of a day from the address, and the period by name."""
    reader = FormReader(request.args)
    period = reader.choice("period", "Period", PERIODS)
    since = on - timedelta(days=PERIODS[period][1] - 1) if period else reader.day("since", "Since")
    return (
        MomentFilters(
            q=reader.text("q", "Search", limit=200),
            kind=reader.choice("kind", "Kind", STREAM_KINDS),
            department="".join(reader.ids("department", "Department")[:1]),
            sponsor="".join(reader.ids("sponsor", "Sponsor")[:1]),
            division="".join(reader.ids("division", "Division")[:1]),
            theme="".join(reader.ids("theme", "Theme")[:1]),
            work=reader.choice("work", "Work", KINDS),
            waiting=reader.flag("waiting"),
            counted=reader.flag("counted"),
            since=since,
            until=on if period else reader.day("until", "Until"),
        ),
        period,
    )


def until_day(filters: MomentFilters, on: date) -> MomentFilters:
    """Return the filters without what came after a past day."""
    until = begun_by(on)
    return replace(filters, until=min(filters.until or until, until)) if until else filters


def chips_of(filters: MomentFilters, period: str) -> list[tuple[str, str]]:
    """Return the filters that no field of the form shows, each with the address without it. At most 2 queries."""
    chips = []
    if filters.counted:
        chips.append(("Counted only", url_with(counted=None, page=None, after=None, before=None)))
    part = narrowing_of(db.session, Filters(filters.division, filters.theme, filters.work))
    chips += part_chips(part, kind="work") if part else []
    if filters.sponsor:
        chips.append(("Work of one sponsor", url_with(sponsor=None, page=None, after=None, before=None)))
    if not period and (filters.since or filters.until):
        words = " ".join(
            part
            for part in (
                f"from {day(filters.since)}" if filters.since else "",
                f"until {day(filters.until)}" if filters.until else "",
            )
            if part
        )
        chips.append((sentence(words), url_with(since=None, until=None, page=None, after=None, before=None)))
    return chips


def months_of(rows: tuple[MomentRow, ...]) -> list[Month]:
    """Group a page of the stream by calendar month, in the order of the stream."""
    grouped = groupby(rows, key=lambda each: each.on.replace(day=1))
    return [Month(first, tuple(each)) for first, each in grouped]


def page_of(filters: MomentFilters, on: date) -> KeyPage[MomentRow]:
    """Return the part of the stream that the address asks for: by its edge, or by its number as older ones do."""
    stream, total = stream_of(db.session, filters), count_moments(db.session, filters)
    return read_page(stream, total, lambda edges: moments_at(db.session, edges, on))
