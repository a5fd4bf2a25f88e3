"""Houses with a film, and how one is arranged once for all tests of a module and served behind a real port."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

from sqlalchemy import create_engine

from tests import databases
from tests.factories import Register
from tests.serving import cookie_of
from tests.web.browsers import days_ago, served
from tracker import clock
from tracker.app import create_app
from tracker.models import engines
from tracker.models.recording import RecordingSession
from tracker.queries import facts

#: Where a node stands on a track, by its id.
NODE = re.compile(r'<a class="node[^"]*" id="([^"]+)"[^>]* transform="translate\(([\d.]+) ([\d.]+)\)"')


@dataclass(frozen=True, slots=True)
class Filmed:
    """Where it is served, and the session of Alice of the transformation office."""

    address: str
    cookie: str


@contextmanager
def filmed(template: Path, folder: Path, arrange: Callable[[Register], None]) -> Iterator[Filmed]:
    """Arrange a register in a folder of its own and serve it until the block ends."""
    url = databases.copy_of(template, folder)
    engine = create_engine(url, **engines.engine_options(url))
    engines.prepare(engine)
    facts.forget()
    with RecordingSession(engine, expire_on_commit=False) as session:
        register = Register(session)
        alice = register.cast().alice
        with register.at_once():
            arrange(register)
    app = create_app(databases.config_for(url, folder))
    with served(app) as address:
        yield Filmed(address, cookie_of(app, engine, alice.user_id))
    engine.dispose()


def ring(register: Register, count: int = 3, months: int = 6) -> None:
    """Arrange departments in a ring of pilots with a win each, over some months."""
    departments = [register.department(f"D{at:02}", track_position=at) for at in range(count)]
    for at in range(count):
        start = days_ago(30 * months - 20 * at)
        home = register.initiative(f"Pilot {at}", departments[at], departments[at - 1], start=start)
        register.moment(home, start + timedelta(9), title=f"Win {at}")


def eighteen(register: Register) -> None:
    """Arrange eighteen departments and two years of pilots that come and go, with wins and near misses."""
    draw = Random(3)
    departments = [register.department(f"Department {at}", track_position=at) for at in range(18)]
    for at in range(40):
        start = days_ago(700 - 16 * at)
        ended = start + timedelta(draw.randrange(30, 300))
        home = register.initiative(
            f"Pilot {at}",
            *draw.sample(departments, draw.randint(2, 4)),
            start=start,
            ended_on=ended if ended < clock.today() else None,
        )
        register.moment(home, start + timedelta(9), title=f"Win {at}")
        register.moment(home, start + timedelta(12), "near_miss", lesson=f"Ask {at}", ok_to_show=True)


def divisions(register: Register) -> None:
    """Arrange twenty departments in four divisions, with a pilot inside one and one between two."""
    places = [register.division(f"Division {at}") for at in range(4)]
    departments = [
        register.department(f"D{at:02}", division_id=places[at % 4].id, track_position=at) for at in range(20)
    ]
    inside = register.initiative("Storm desk", departments[0], departments[4], start=days_ago(100))
    register.moment(inside, days_ago(50), title="Inside")
    between = register.initiative("Refund desk", departments[1], departments[2], start=days_ago(200))
    register.moment(between, days_ago(150), title="Between")
