"""``flask export``: give the register away as one portfolio file, or its department graph as GraphML or GEXF."""

from __future__ import annotations

import os
import tempfile
from datetime import date
from pathlib import Path

import click
from flask.cli import with_appcontext

from tracker import clock
from tracker.cli.options import DAY, day_or_today
from tracker.extensions import db
from tracker.services.exports import day_graph_file, history_graph_file, portfolio_text

#: The ends of names that say that a file is of the department graph.
GRAPHML, GEXF = ".graphml", ".gexf"


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.option(
    "--on", "on", type=DAY, help="The day of the graph, as 2026-06-30; a .gexf tells all days when left out."
)
@with_appcontext
def export(*, file: Path, on: date | None) -> None:
    """Write the register to FILE: .graphml and .gexf hold the department graph, any other name (``-``: standard output) portfolio JSON."""
    suffix = file.suffix.lower()
    if on and suffix not in (GRAPHML, GEXF):
        raise click.BadParameter("Portfolio JSON holds every day. Leave the day out.", param_hint="--on")
    if suffix == GRAPHML:
        data = day_graph_file(db.session, day_or_today(on), "graphml")
    elif suffix == GEXF and on:
        data = day_graph_file(db.session, on, "gexf")
    elif suffix == GEXF:
        data = history_graph_file(db.session, clock.today())
    else:
        data = portfolio_text(db.session).encode()
    if str(file) == "-":
        click.echo(data, nl=False)  # as bytes: the same on every terminal
        return
    write_file(file, data)


def write_file(file: Path, data: bytes) -> None:
    """Write the file and say so, or say why it cannot be written."""
    try:
        _replace(file, data)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from error
    click.echo(f"Wrote {file}.", err=True)


def _replace(file: Path, data: bytes) -> None:
    """Write the file whole or not at all: beside it first, then into its place; a pipe or a device takes it as it is."""
    if file.exists() and not file.is_file():
        file.write_bytes(data)
        return
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as written:
            written.write(data)
        beside.replace(file)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
