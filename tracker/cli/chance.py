"""``flask measures --chance``: a day beside what chance alone would give, for people or as JSON."""

from __future__ import annotations

import json
import sys
from datetime import date
from fractions import Fraction
from typing import Any

import click

from tracker.extensions import db
from tracker.graph.captions import CHANCE, chance_sentence
from tracker.graph.chance import SEED, SHUFFLES, Chance, Placed, gather, shuffles
from tracker.graph.ties import SCALE
from tracker.queries.chance import Placement, placement


def print_chance(day: date, *, as_json: bool) -> None:
    """Shuffle the work of a day, with progress on standard error, and print the comparison.

    Raises
    ------
    click.ClickException
        When there is only one way to place the work of the day.
    """
    found = placement(db.session, day)
    if not found.can_be_shuffled:
        raise click.ClickException(
            "There is nothing to shuffle: it takes pairs that are counted, and two live initiatives that each have "
            "a department which the other has not."
        )
    tallies = []
    with click.progressbar(
        shuffles(found.table), length=SHUFFLES, label="Shuffling", file=sys.stderr
    ) as progress:
        tallies.extend(progress)
    by_chance = gather(found.table, tallies)
    if as_json:
        click.echo(json.dumps(document_of(found, by_chance), ensure_ascii=False, indent=2, allow_nan=False))
        return
    covered, together, points = found.covered, by_chance.together, by_chance.points
    click.echo(found.sentence)
    click.echo(chance_sentence(f"{float(together.mean):,.0f} of {covered.required:,}", together))
    click.echo(CHANCE[together.verdict][found.has_journeys])
    score = f"{float(points.mean / SCALE):,.1f} of {covered.possible:,} points"
    click.echo(f"Coverage score, {covered.points:,.1f}: {chance_sentence(score, points)}")


def document_of(found: Placement, by_chance: Chance) -> dict[str, Any]:
    """Return the comparison for programs; the coverage score as a share of the possible points, like the measures."""
    return {
        "on": found.on.isoformat(),
        "version": found.version,
        "shuffles": by_chance.shuffles,
        "trades": found.table.trades,
        "seed": SEED,
        "departments": len(found.table.rows),
        "initiatives": found.initiatives,
        "required": found.covered.required,
        "together": _told(by_chance.together, 1),
        "sharing": _told(by_chance.sharing, 1),
        "coverage": _told(by_chance.points, found.covered.possible * SCALE),
    }


def _told(placed: Placed, whole: int) -> dict[str, Any]:
    """Return one measure in parts of a whole; 1 for plain counts."""
    low, high = placed.between

    def share(value: Fraction | int) -> float | int:
        return int(value) if whole == 1 and value == int(value) else float(Fraction(value) / whole)

    return {
        "observed": share(placed.observed),
        "mean": share(placed.mean),
        "low": share(low),
        "high": share(high),
        "more_than": placed.below,
        "p_at_least_observed": float(placed.at_least),
        "verdict": placed.verdict,
    }
