"""``flask export``: give the whole register away as one portfolio file."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click
from flask.cli import with_appcontext

from tracker.extensions import db
from tracker.services.exports import portfolio_text


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@with_appcontext
def export(*, file: Path) -> None:
    """Write the whole register to FILE as portfolio JSON; ``-`` writes it to standard output."""
    text = portfolio_text(db.session)
    if str(file) == "-":
        click.echo(text.encode(), nl=False)  # as bytes: the same on every terminal
        return
    write_file(file, text.encode())


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
