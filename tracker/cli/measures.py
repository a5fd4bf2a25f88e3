"""``flask measures``: coverage and momentum of a day, for people or as JSON."""

from __future__ import annotations

import json
from datetime import date

import click
from flask.cli import with_appcontext

from tracker.cli.options import DAY, day_or_today
from tracker.extensions import db
from tracker.queries.measures import measures_on


@click.command("measures")
@click.option("--on", "on", type=DAY, help="The day, as 2026-06-30; today when left out.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole document as JSON.")
@with_appcontext
def measures(*, on: date | None, as_json: bool) -> None:
    """Print coverage and momentum of a day."""
    found = measures_on(db.session, day_or_today(on))
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2, allow_nan=False))
        return
    covered, pace = found["coverage"], found["momentum"]
    score = "–" if covered["coverage"] is None else f"{covered['coverage']:.4f}"
    click.echo(f"on            {found['on']}")
    click.echo(f"together      {covered['together']} of {covered['required']}")
    click.echo(f"coverage      {score}")
    for band, count in covered["pairs"].items():
        click.echo(f"  {band:<11} {count}")
    click.echo(f"momentum      {pace['momentum']:.4f}  ({pace['label']})")
    click.echo(f"wins          {pace['wins']}, {pace['wins_before']} in the window before")
    click.echo(f"lessons       {pace['lessons']}, {pace['lessons_before']} in the window before")
    for each in found["next_best"][:3]:
        click.echo(f"next          {' and '.join(each['pair'])}")
