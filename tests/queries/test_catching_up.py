"""Whatever is saved, by whichever process, on whichever day: every process and every page tells what the oracle tells."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle
from random import Random
from typing import Any, ClassVar

import pytest
import time_machine
from flask import Flask
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from hypothesis.strategies import SearchStrategy
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.factories import Register
from tests.queries.edits import MOMENTS, STRUCTURE, TODAY, WORK, Edits, fill
from tests.queries.elsewhere import Elsewhere, elsewhere
from tests.queries.looking import (
    assert_is_what_the_oracle_says,
    assert_next_pairs_are_what_the_oracle_says,
    look,
)
from tests.queries.oracle_rows import Rows
from tests.signing import sign_in
from tracker.graph.captions import LABELS
from tracker.models.recording import RecordingSession
from tracker.queries.facts import current_version

#: Days before today that are looked at beside it, in turn.
BEFORE = (30, 200, 1, 90, 400)
#: A day of edits takes as long as so many examples of a smaller kind, and has so many steps.
SHARE, STEPS = 50, 25


def some_of(names: Sequence[str]) -> SearchStrategy[list[str]]:
    """Return one thing after the other."""
    return st.lists(st.sampled_from(names), min_size=1, max_size=6)


@dataclass(frozen=True)
class Place:
    """Where it happens: this process with its pages, and another one."""

    app: Flask
    engine: Engine
    session: Session
    other: Elsewhere


class Living(RuleBasedStateMachine):
    """Many people at work, in two processes, while days go by."""

    place: ClassVar[Place]

    @initialize()
    def begin(self) -> None:
        """Begin with a small register that nobody has looked at."""
        fill(self.place.session)
        self.place.other.forget()
        with RecordingSession(self.place.engine) as session:
            self.reader = Register(session).account("Alice Office", "office").id
        self.today = TODAY
        self.before = cycle(BEFORE)
        self.seen = (-1, TODAY)

    @rule(names=some_of((*WORK, *MOMENTS)), draw=st.randoms())
    def change_work(self, names: list[str], draw: Random) -> None:
        """Save one thing after the other of initiatives and moments."""
        self.save(names, draw)

    @rule(names=some_of(MOMENTS), draw=st.randoms())
    def change_moments(self, names: list[str], draw: Random) -> None:
        """Save one thing after the other of moments."""
        self.save(names, draw)

    @rule(names=some_of((*WORK, *MOMENTS, *STRUCTURE)), draw=st.randoms())
    def change_anything(self, names: list[str], draw: Random) -> None:
        """Save one thing after the other of anything."""
        self.save(names, draw)

    @rule(names=some_of((*WORK, *MOMENTS, *STRUCTURE)), seed=st.integers(0, 2**16))
    def save_elsewhere(self, names: list[str], seed: int) -> None:
        """Save in the other process."""
        self.place.other.edit(names, seed, self.today)

    @rule(days=st.sampled_from((1, 1, 1, 7, 31, 90)), awake=st.sampled_from((False, False, True)))
    def midnight(self, days: int, awake: bool) -> None:
        """Let days go by in which nobody saves, now and then with a look at the pages before and after."""
        if awake:
            self.open_pages(self.today)
        self.today += timedelta(days)
        if awake:
            self.open_pages(self.today)

    @rule(in_pages=st.booleans(), before=st.sampled_from((0, 30, 365)))
    def look_around(self, in_pages: bool, before: int) -> None:
        """Look at the pages, or in the other process, which missed whatever happened since it was last asked."""
        if in_pages:
            self.open_pages(self.today - timedelta(before))
        else:
            self.look_elsewhere()

    @invariant()
    def what_is_kept_is_right(self) -> None:
        """Whoever looks now sees the newest version, as it is when worked out anew, and as the oracle has it."""
        now = (current_version(self.place.session), self.today)
        self.place.session.rollback()
        if now == self.seen:
            return  # nothing happened since but looking
        self.seen, days = now, self.days()
        found = look(self.place.session, days)
        assert found["version"] == found["newest"]
        assert found["differs"] == []
        rows = self.rows()
        for document, on in zip(found["documents"], days, strict=True):
            assert_is_what_the_oracle_says(document, rows.model(on), on)

    def save(self, names: list[str], draw: Random) -> None:
        """Save one thing after the other here."""
        for name in names:
            Edits(self.place.session, draw, self.today).once(name)

    def open_pages(self, on: date) -> None:
        """Look at the pages and at what programs read, as Alice."""
        rows, asked = self.rows(), "" if on == self.today else f"on={on}"
        model = rows.model(on)
        with time_machine.travel(datetime.combine(self.today, time(12), UTC)):
            client = self.place.app.test_client()
            sign_in(client, self.place.engine, self.reader)
            document = client.get(f"/api/v1/measures?{asked}").get_json()
            series = client.get(f"/api/v1/measures/series?from={on - timedelta(70)}&to={on}").get_json()
            home = client.get(f"/?{asked}").text
            silent = client.get(f"/initiatives?attention=not-heard-from&{asked}").text
            every = client.get("/initiatives").text
            assert client.get(f"/momentum?{asked}").status_code == 200
        assert_is_what_the_oracle_says(document, model, on)
        assert_next_pairs_are_what_the_oracle_says(document, model, on)
        assert_home_tells(home, model, on)
        assert listed(silent) == {
            rows.page[id_] for id_ in model.ini if model.declared(id_, on) and not model.live(id_, on)
        }
        assert listed(every) == {rows.page[row["external_id"]] for row in rows.kept("initiatives")}
        self.assert_series(series)

    def look_elsewhere(self) -> None:
        """Look in the other process: it has what this one has."""
        days = self.days()
        assert self.place.other.look(days) == look(self.place.session, days)

    def days(self) -> tuple[date, date]:
        """Return the days that are looked at: today, and another one each time."""
        return self.today - timedelta(next(self.before)), self.today

    def rows(self) -> Rows:
        """Return the rows as they stand."""
        rows = Rows(self.place.session)
        self.place.session.rollback()
        return rows

    def assert_series(self, found: dict[str, Any]) -> None:
        """Assert that month by month the oracle says the same."""
        rows = self.rows()
        for at, day in enumerate(map(date.fromisoformat, found["days"])):
            model = rows.model(day)
            covered, moving = model.coverage(day), model.momentum(day)[0]
            assert (found["together"][at], found["required"][at]) == (
                covered["together"],
                covered["required"],
            )
            assert {band: counts[at] for band, counts in found["pairs"].items()} == covered["pairs"]
            assert found["momentum"][at] == pytest.approx(float(moving), rel=1e-9)

    def teardown(self) -> None:
        """End with a look in both processes."""
        if hasattr(self, "today"):
            self.look_elsewhere()
            self.open_pages(self.today)


def listed(page: str) -> set[str]:
    """Return the public ids of the initiatives that a page lists."""
    return set(re.findall(r'id="initiatives-row-([^"]+)"', page))


def assert_home_tells(page: str, model: Any, on: date) -> None:
    """Assert that home tells the counts of the oracle in words."""
    lead = re.search(r'<section class="lead" id="home-lead".*?</section>', page, re.DOTALL)
    assert lead is not None
    said = " ".join(html.unescape(re.sub(r"<[^>]+>", "", lead[0])).split())
    covered, pace = model.coverage(on), model.momentum_report(on)
    if covered["required"]:
        assert f"{covered['together']} of {covered['required']} " in said
    for band, words in (("begun", "begun"), ("quiet", "not been heard from"), ("open", "no work")):
        told = re.search(rf"(\d+) \w+ {words}", said)
        assert (int(told[1]) if told else 0) == covered["pairs"][band]
    window = model.cfg["window_days"]
    if pace["label"] != "none":
        wins, lessons = (
            f"{pace[key]} {key[:-1]}{'' if pace[key] == 1 else 's'}" for key in ("wins", "lessons")
        )
        before = f"{pace['wins_before']} and {pace['lessons_before']} in the {window} before"
        assert f"{wins} and {lessons} in {window} days; {before}" in said
    assert LABELS[pace["label"]].split(" {")[0] in said


@pytest.fixture
def place(app: Flask, database: str, engine: Engine, session: Session) -> Iterator[Place]:
    """The two processes on the test's database."""
    with elsewhere(database) as other:
        yield Place(app, engine, session, other)


def test_after_any_edits_every_process_and_every_page_tells_what_the_oracle_tells(place: Place) -> None:
    machine = type("Living", (Living,), {"place": place})
    examples = max(1, settings().max_examples // SHARE)
    run_state_machine_as_test(
        machine, settings=settings(max_examples=examples, stateful_step_count=STEPS, deadline=None)
    )
