"""Random portfolios in their JSON form, so that the oracle and the facts read the same words.

They are drawn from a seed with `random`, not built of strategies: a portfolio says something only when its dates
meet, and strategies prefer the small and the empty.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

FIRST = date(2025, 1, 1)
SPAN = 400
DEPARTMENTS = "ABCDEF"
INITIATIVES = ("i1", "i2", "i3", "i4", "i5", "i6")
KINDS = ("win", "win", "near_miss", "near_miss", "measured_win", "moved", "reuse", "reuse")


def iso(offset: int) -> str:
    """Return the ISO date so many days after the first."""
    return (FIRST + timedelta(offset)).isoformat()


def once_in(draw: Random, times: int) -> bool:
    """Return True once in so many times."""
    return draw.randrange(times) == 0


def stay(draw: Random) -> tuple[int | None, int | None]:
    """Return a span with either side possibly absent, never empty."""
    first = None if once_in(draw, 3) else draw.randrange(SPAN)
    return first, None if once_in(draw, 3) else (first or 0) + draw.randint(1, 300)


def stays(draw: Random, department: str) -> list[dict[str, Any]]:
    """Return one stay of a department in an initiative, or two with a break that may be empty."""
    found: list[dict[str, Any]] = [{"department": department}]
    first, last = stay(draw) if once_in(draw, 5) else (None, None)
    if first is not None:
        found[0]["joined"] = iso(first)
    if last is not None:
        found[0]["left"] = iso(last)
        if once_in(draw, 2):
            found.append({"department": department, "joined": iso(last + draw.randrange(60))})
    return found


def routine(draw: Random) -> dict[str, Any]:
    """Return a routine with checks before, at and after its first day."""
    first = draw.randrange(SPAN)
    found: dict[str, Any] = {
        "from": iso(first),
        "checks": [iso(draw.randrange(SPAN)) for _ in range(draw.randrange(3))],
    }
    if once_in(draw, 2):
        found["until"] = iso(first + draw.randrange(300))
    return found


def activity(draw: Random) -> Any:
    """Return an activity in either of its two forms."""
    on = iso(draw.randrange(SPAN))
    return {"date": on} if once_in(draw, 3) else on


def initiative(draw: Random, id_: str) -> dict[str, Any]:
    """Return an initiative with any dates that are not refused."""
    start = None if once_in(draw, 8) else draw.randrange(200 if once_in(draw, 4) else 60)
    named = sorted(draw.sample(DEPARTMENTS, draw.choice((0, 1, 2, 2, 2, 3, 3, 3, 4, 5))))
    found: dict[str, Any] = {
        "id": id_,
        "start": None if start is None else iso(start),
        "members": [each for department in named for each in stays(draw, department)],
        "activity": [activity(draw) for _ in range(draw.randrange(5))],
        "sponsor": draw.choice(("priya", "tom", "lee", None)),
    }
    if start is not None and once_in(draw, 3):
        found["end"] = iso(start + draw.randrange(300))
    if once_in(draw, 4):
        found["declared_until"] = iso(draw.randrange(SPAN))
    if once_in(draw, 4):
        found["routine"] = routine(draw)
    return found


def event(draw: Random, id_: str, before: list[dict[str, Any]]) -> dict[str, Any]:
    """Return an event; on few days, so that months repeat and origins meet their reuses."""
    kind = draw.choice(KINDS)
    found: dict[str, Any] = {
        "id": id_,
        "initiative": draw.choice(INITIATIVES),
        "kind": kind,
        "date": iso(draw.randint(8, 50) * 7),
    }
    if once_in(draw, 8):
        found["confirmed"] = False
    if kind == "near_miss" and once_in(draw, 6):
        found["lesson"] = None
    if kind in ("moved", "reuse"):
        wanted = "win" if kind == "moved" else "near_miss"
        fitting = [each for each in before if each["kind"] == wanted and not once_in(draw, 10)]
        origin = draw.choice(fitting or before or [{"id": "nothing"}])
        found["of"] = origin["id"]
        if kind == "moved" and not once_in(draw, 6):
            found["initiative"] = origin.get("initiative", "i1")
    return found


def journey(draw: Random, id_: str) -> dict[str, Any]:
    """Return a journey with repeated steps and perhaps a validity."""
    first, last = stay(draw) if once_in(draw, 2) else (None, None)
    return {
        "id": id_,
        "importance": draw.randint(1, 3),
        "steps": [draw.choice(DEPARTMENTS) for _ in range(draw.randint(1, 6))],
        "valid_from": None if first is None else iso(first),
        "valid_to": None if last is None else iso(last),
    }


def configuration(draw: Random) -> dict[str, Any]:
    """Return the defaults with a few of them changed."""
    choices: dict[str, Any] = {
        "quiet_days": draw.randint(1, 150),
        "routine_days": draw.randint(1, 250),
        "half_life_days": draw.randint(20, 200),
        "window_days": draw.randint(20, 120),
        "together": draw.choice(("1/3", "1/2", "3/4", "1", "5/4")),
        "attention": draw.randint(1, 4),
        "max_reuse": draw.randint(0, 3),
    }
    return {key: choices[key] for key in draw.sample(sorted(choices), draw.choice((0, 0, 1, 2)))}


def department(draw: Random, id_: str) -> dict[str, Any]:
    """Return a department, perhaps opened or closed on the way."""
    first, last = stay(draw) if once_in(draw, 6) else (None, None)
    return {
        "id": id_,
        "opened": None if first is None else iso(first),
        "closed": None if last is None else iso(last),
    }


def portfolio(seed: int) -> dict[str, Any]:
    """Return a small portfolio with everything that PORTFOLIO.md allows to differ."""
    draw = Random(seed)
    count = draw.choice((6,) * 14 + (5, 4, 3, 2, 1, 0))
    found: dict[str, Any] = {
        "config": configuration(draw),
        "departments": [department(draw, id_) for id_ in DEPARTMENTS[:count]],
        "initiatives": [initiative(draw, id_) for id_ in INITIATIVES],
        "events": [],
    }
    ids = [f"e{place}" for place in range(draw.choice((0, 2, 10, 20, 30, 40)))]
    for id_ in draw.sample(ids, len(ids)):
        found["events"].append(event(draw, id_, found["events"]))
    if once_in(draw, 3):
        found["journeys"] = [journey(draw, id_) for id_ in ("j1", "j2")[: draw.randint(1, 2)]]
    return found


portfolios = st.integers(0, 2**32).map(portfolio)
#: Any day one may look from, before the first and after the last record too.
looks = (st.integers(30, 400) | st.integers(-40, SPAN + 300)).map(lambda offset: FIRST + timedelta(offset))
