"""Beyond chance: how many pairs the same work would bring together if chance alone placed it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flask import Blueprint, Response, request

from tracker import clock
from tracker.extensions import db
from tracker.graph import captions
from tracker.graph.chance import SHUFFLES, TRADES_PER_DEPARTMENT, Chance, Placed
from tracker.graph.ties import SCALE
from tracker.queries.chance import Placement, placement
from tracker.web.dates import asked_day
from tracker.web.filters import number
from tracker.web.fragments import render
from tracker.web.histogram import Histogram, histogram_of
from tracker.web.paging import url_with
from tracker.web.shuffling import shuffling

blueprint = Blueprint("chance", __name__)

#: What is compared, by its name in the address: as a view, and as the name of its numbers.
MEASURES = {
    "": ("Work together", "Pairs that work together"),
    "sharing": ("Share live work", "Pairs that share live work"),
    "score": ("Coverage score", "Points of the coverage score"),
}


@dataclass(frozen=True, slots=True)
class Compared:
    """One measure as people read it: what there is, what chance gives, and how often it gives less."""

    words: str
    placed: Placed
    yours: str
    mean: str
    between: str

    @property
    def often(self) -> str:
        """In how many shuffles there is less than in what there is."""
        return f"{self.placed.below:,} of {len(self.placed.shuffled):,}"


@dataclass(frozen=True, slots=True)
class Told:
    """The comparison of a day: its sentence, what it means, its picture, and all measures side by side."""

    sentence: str
    meaning: str
    chosen: Compared
    picture: Histogram
    rows: tuple[Compared, ...]


@blueprint.get("/beyond-chance")
def show() -> Response:
    """Compare a day with chance; with ``?shuffle=now`` work it out first, in the background.

    That changes no record, so an address may ask for it: a page that looks again, and comes to another process of
    the server, finds its shuffles there as well. ``?shuffle=again`` begins anew after a failure.
    """
    on = asked_day(request.args.get("on"))
    found, asked = placement(db.session, on), request.args.get("shuffle", "")
    chosen = request.args.get("as", "")
    chosen = chosen if chosen in MEASURES else ""
    run = None
    if found.can_be_shuffled:
        run = shuffling.ask(found.table, again=asked == "again") if asked else shuffling.find(found.table)
    return render(
        "chance/show.html",
        fragment="chance/_run.html",
        found=found,
        run=run,
        is_full=bool(asked) and run is None and found.can_be_shuffled,
        far=min(max(run.done, _seen()), run.total) if run else 0,
        told=told_of(found, run.found, chosen) if run and run.found else None,
        chosen=chosen,
        views=[
            (words, url_with(seen=None, **{"as": name or None}), name == chosen)
            for name, (words, _) in MEASURES.items()
        ],
        shuffles=SHUFFLES,
        trades=TRADES_PER_DEPARTMENT,
        on=on,
        on_arg=on.isoformat() if on != clock.today() else None,
    )


def _seen() -> int:
    """Return how far the page was when it looked last: another process may be further, and nothing goes backwards."""
    text = request.args.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0


def told_of(found: Placement, by_chance: Chance, chosen: str) -> Told:
    """Put a comparison into words, numbers and a picture."""
    counted = {"": by_chance.together, "sharing": by_chance.sharing}
    rows = {
        name: _score(by_chance.points) if name == "score" else _count(MEASURES[name][1], counted[name])
        for name in MEASURES
    }
    placed, is_score = rows[chosen].placed, chosen == "score"
    given = (
        f"{number(placed.mean / SCALE, 1)} of {number(found.covered.possible)} points"
        if is_score
        else f"{number(placed.mean)} of {number(found.covered.required)}"
    )
    unit = SCALE if is_score else 1
    return Told(
        sentence=captions.chance_sentence(given, placed),
        meaning=captions.CHANCE[placed.verdict][found.has_journeys],
        chosen=rows[chosen],
        picture=histogram_of(
            [Fraction(each, unit) for each in placed.shuffled],
            Fraction(placed.observed, unit),
            whole=not is_score,
        ),
        rows=tuple(rows.values()),
    )


def _count(words: str, placed: Placed) -> Compared:
    low, high = placed.between
    return Compared(
        words, placed, number(placed.observed), number(placed.mean, 1), f"{number(low)} to {number(high)}"
    )


def _score(placed: Placed) -> Compared:
    low, high = (number(Fraction(each, SCALE), 1) for each in placed.between)
    observed, mean = Fraction(placed.observed, SCALE), placed.mean / SCALE
    return Compared(MEASURES["score"][1], placed, number(observed, 1), number(mean, 1), f"{low} to {high}")
