"""Random portfolios in their JSON form, so that the oracle and the facts read the same words."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

FIRST = date(2025, 1, 1)
SPAN = 400
DEPARTMENTS = "ABCDEF"
INITIATIVES = ("i1", "i2", "i3", "i4", "i5")


def iso(offset: int) -> str:
    """Return the ISO date so many days after the first."""
    return (FIRST + timedelta(offset)).isoformat()


days = st.integers(0, SPAN)
dates = days.map(iso)
#: Any day one may look from, before the first and after the last record too.
looks = st.integers(-40, SPAN + 300).map(lambda offset: FIRST + timedelta(offset))


@st.composite
def stays(draw: st.DrawFn) -> tuple[int | None, int | None]:
    """A span with either side possibly absent, never empty."""
    first = draw(st.none() | days)
    length = draw(st.none() | st.integers(1, 200))
    return first, None if length is None else (first or 0) + length


@st.composite
def memberships(draw: st.DrawFn, department: str) -> list[dict[str, Any]]:
    """One stay of a department, or two with a break between them."""
    first, last = draw(stays())
    found: list[dict[str, Any]] = [{"department": department}]
    if first is not None:
        found[0]["joined"] = iso(first)
    if last is not None:
        found[0]["left"] = iso(last)
        if draw(st.booleans()):
            found.append({"department": department, "joined": iso(last + draw(st.integers(0, 60)))})
    return found


@st.composite
def routines(draw: st.DrawFn) -> dict[str, Any]:
    """A routine with checks before, at and after its first day."""
    first, last = draw(days), draw(st.none() | st.integers(0, 300))
    found: dict[str, Any] = {"from": iso(first), "checks": draw(st.lists(dates, max_size=3))}
    if last is not None:
        found["until"] = iso(first + last)
    return found


@st.composite
def initiatives(draw: st.DrawFn, id_: str) -> dict[str, Any]:
    """An initiative with any dates that are not refused."""
    start = draw(st.none() | days)
    named = draw(st.lists(st.sampled_from(DEPARTMENTS), unique=True, max_size=5))
    found: dict[str, Any] = {
        "id": id_,
        "start": None if start is None else iso(start),
        "members": [stay for each in named for stay in draw(memberships(each))],
        "activity": draw(st.lists(dates | dates.map(lambda on: {"date": on}), max_size=4)),
        "sponsor": draw(st.sampled_from((None, "priya", "tom"))),
    }
    if start is not None and draw(st.booleans()):
        found["end"] = iso(start + draw(st.integers(0, 250)))
    if draw(st.integers(0, 3)) == 0:
        found["declared_until"] = draw(dates)
    if draw(st.integers(0, 3)) == 0:
        found["routine"] = draw(routines())
    return found


@st.composite
def events(draw: st.DrawFn, id_: str, earlier: list[str]) -> dict[str, Any]:
    """An event of any kind; few days, so that months repeat and origins meet their reuses."""
    kind = draw(st.sampled_from(("win", "win", "near_miss", "near_miss", "measured_win", "moved", "reuse")))
    found: dict[str, Any] = {
        "id": id_,
        "initiative": draw(st.sampled_from(INITIATIVES)),
        "kind": kind,
        "date": iso(draw(st.integers(0, 40).map(lambda week: week * 7))),
    }
    if draw(st.integers(0, 4)) == 0:
        found["confirmed"] = False
    if kind == "near_miss" and draw(st.integers(0, 4)) == 0:
        found["lesson"] = None
    if kind in ("moved", "reuse"):
        found["of"] = draw(st.sampled_from([*earlier, "nothing"]))
    return found


@st.composite
def journeys(draw: st.DrawFn, id_: str) -> dict[str, Any]:
    """A journey with repeated steps and a validity."""
    first, last = draw(stays())
    return {
        "id": id_,
        "importance": draw(st.integers(1, 3)),
        "steps": draw(st.lists(st.sampled_from(DEPARTMENTS), min_size=1, max_size=5)),
        "valid_from": None if first is None else iso(first),
        "valid_to": None if last is None else iso(last),
    }


@st.composite
def configurations(draw: st.DrawFn) -> dict[str, Any]:
    """The defaults, or any of them changed."""
    choices: dict[str, st.SearchStrategy[Any]] = {
        "quiet_days": st.integers(1, 120),
        "routine_days": st.integers(1, 250),
        "half_life_days": st.integers(20, 200),
        "window_days": st.integers(20, 120),
        "together": st.sampled_from(("1/3", "1/2", "3/4", "1", "5/4")),
        "attention": st.integers(1, 4),
        "max_reuse": st.integers(0, 3),
    }
    changed = draw(st.lists(st.sampled_from(sorted(choices)), unique=True, max_size=3))
    return {key: draw(choices[key]) for key in changed}


@st.composite
def portfolios(draw: st.DrawFn) -> dict[str, Any]:
    """A small portfolio with everything that PORTFOLIO.md allows to differ."""
    found: dict[str, Any] = {"config": draw(configurations()), "departments": []}
    for id_ in DEPARTMENTS[: draw(st.integers(0, 6))]:
        first, last = draw(stays()) if draw(st.booleans()) else (None, None)
        found["departments"].append(
            {
                "id": id_,
                "opened": None if first is None else iso(first),
                "closed": None if last is None else iso(last),
            }
        )
    found["initiatives"] = [draw(initiatives(id_)) for id_ in INITIATIVES]
    ids = [f"e{place}" for place in range(draw(st.integers(0, 10)))]
    found["events"] = [draw(events(id_, ids)) for id_ in draw(st.permutations(ids))]
    if draw(st.booleans()):
        found["journeys"] = [draw(journeys(id_)) for id_ in ("j1", "j2")[: draw(st.integers(1, 2))]]
    return found
