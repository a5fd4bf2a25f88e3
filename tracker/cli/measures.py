"""``flask measures``: coverage and momentum of a day, for people or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import click
from flask.cli import with_appcontext

from tracker.cli.chance import print_chance
from tracker.cli.options import DAY, day_or_today
from tracker.extensions import db
from tracker.graph.bridges import ranking
from tracker.graph.captions import label_words
from tracker.graph.coverage import coverage
from tracker.graph.momentum import momentum
from tracker.queries.facts import current_portfolio
from tracker.queries.measures import check_measures, measures_on
from tracker.queries.pairs import BAND_WORDS

#: A self-check takes so many initiatives out and puts them back.
MOST_CHECKED = 1_000
#: So many next pairs are named to a person; JSON lists all of them.
NAMED = 3


@click.command("measures")
@click.option("--on", "on", type=DAY, help="The day, as 2026-06-30; today when left out.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole document as JSON.")
@click.option("--selfcheck", is_flag=True, help="Work everything out anew, and compare; prints no numbers.")
@click.option("--chance", is_flag=True, help="Compare the day with what chance alone would give.")
@with_appcontext
def measures(*, on: date | None, as_json: bool, selfcheck: bool, chance: bool) -> None:
    """Print coverage and momentum of a day."""
    day = day_or_today(on)
    if chance:
        print_chance(day, as_json=as_json)
        return
    if selfcheck:
        checked, found = check_measures(db.session, day, MOST_CHECKED)
        if found:
            raise click.ClickException(f"Carried over and worked out anew, these differ: {', '.join(found)}.")
        click.echo(
            f"All measures are the same, carried over {checked:,} changed initiatives or worked out anew."
        )
        return
    if as_json:
        found = measures_on(db.session, day)
        click.echo(json.dumps(found, ensure_ascii=False, indent=2, allow_nan=False))
        return
    for name, value in _told(day):
        click.echo(f"{name:<18} {value}")


def _told(day: date) -> Iterator[tuple[str, str]]:
    """Yield the lines that a person reads: what is counted, then the figures."""
    _, portfolio = current_portfolio(db.session)
    covered, pace = coverage(portfolio, day), momentum(portfolio, day)
    window, label = portfolio.settings.window_days, label_words(pace)
    noun = "crossings" if portfolio.journeys else "department pairs"
    yield "day", day.isoformat()
    yield "work together", f"{covered.together:,} of {covered.required:,} {noun}"
    for band, count in covered.pairs.items():
        yield f"  {BAND_WORDS[band]}", f"{count:,}"
    yield "coverage score", "–" if covered.coverage is None else f"{covered.coverage:.4f}"
    yield "wins", f"{pace.wins:,} in {window} days, {pace.wins_before:,} in the {window} before"
    yield (
        "lessons",
        f"{pace.lessons:,} in {window} days, {pace.lessons_before:,} in the {window} before",
    )
    yield "momentum", f"{pace.momentum:.4f} points in 30 days, {label[:1].lower()}{label[1:]}"
    for each in ranking(portfolio, day).part(0, NAMED):
        yield "next", " and ".join(each.pair)
