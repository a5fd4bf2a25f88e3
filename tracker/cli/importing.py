"""``flask import``: bring a register in from a file, or see what that would do."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError, ProgrammingError

from tracker import clock
from tracker.cli.options import DAY, day_or_today
from tracker.extensions import db
from tracker.services.actors import command_actor
from tracker.services.errors import InvalidInput
from tracker.services.import_mappings import choices_for
from tracker.services.imports import ImportPlan, ImportRefused, PlannedRow, apply_import, plan_import

#: Names of one kind that are listed; after them only their number is told.
LISTED = 12
#: From so many rows on, it is told how far the work is.
LONG = 5_000


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--as-of", "as_of", type=DAY, help="The day the file was made, as 2026-06-30; today when left out."
)
@click.option("--dry-run", is_flag=True, help="Show what would be done, row by row, and change nothing.")
@click.option("--skip-refused", is_flag=True, help="Leave refused rows out and import the others.")
@click.option("--mapping", default="", help="Read it as is kept under this name on the page Imports.")
@with_appcontext
def import_(*, file: Path, as_of: date | None, dry_run: bool, skip_refused: bool, mapping: str) -> None:
    """Import a register: a spreadsheet (CSV, TSV, XLSX) or portfolio JSON. All of it, or nothing."""
    day, today = day_or_today(as_of), clock.today()
    click.echo(f"Reading {file.name} as of {day} …", err=True)
    try:
        data = file.read_bytes()
        choices = choices_for(db.session, name=file.name, data=data, mapping=mapping)
        call: dict[str, Any] = {"name": file.name, "data": data, "as_of": day, "today": today}
        call |= {"choices": choices, "progress": _tell_how_far}
        if dry_run:
            plan = plan_import(db.session, **call)
        else:
            plan = apply_import(db.session, actor=command_actor(), skip_refused=skip_refused, **call)
            db.session.commit()
    except ImportRefused as error:
        db.session.rollback()
        _tell(error.plan, done=False)
        raise click.ClickException(f"{error} Mend the file, or add --skip-refused.") from error
    except InvalidInput as error:
        raise click.ClickException(next(iter(error.errors.values()), str(error))) from error
    except (OperationalError, ProgrammingError) as error:
        raise click.ClickException(
            "The database did not take it, and nothing was changed. It may be busy: try again. "
            "If it is new, run flask db upgrade first; flask doctor says what is wrong."
        ) from error
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}.") from error
    _tell(plan, rows=dry_run)
    if dry_run:
        click.echo("Nothing was changed: this was a dry run.", err=True)
        if plan.refused and not skip_refused:
            raise click.exceptions.Exit(1)


def _tell_how_far(stage: str, done: int, total: int) -> None:
    """Say how far a long import is; a short one is over before anybody asks."""
    if total >= LONG and done:
        click.echo(f"{stage}: {done:,} of {total:,} …", err=True)


def _tell(plan: ImportPlan, *, rows: bool = False, done: bool = True) -> None:
    """Print the counts and the refused rows, with ``rows`` every other row that does something too.

    Where nothing was done because rows are refused, the other counts are 0.
    """
    for words in plan.warnings:
        click.echo(f"warning: {words}", err=True)
    _tell_names("new departments", plan.summary.new_departments)
    _tell_names("new people", plan.summary.new_people)
    _tell_names("left alone, a later file told them", plan.summary.left_alone)
    _tell_names("running, and not in this file: left alone", plan.summary.not_in_file)
    if plan.summary.one_department:
        click.echo(
            f"{plan.summary.one_department:,} name one department: recorded, not counted.",
            err=True,
        )
    for name in ("created", "updated", "unchanged", "refused"):
        count = getattr(plan, name) if done or name == "refused" else 0
        click.echo(f"{name:<10} {count}")
    for row in plan.rows:
        if row.action == "refused":
            click.echo(f"refused    {_place(row)}: {row.reason} ({_called(row)})")
        elif rows and row.action != "unchanged":
            click.echo(
                f"{row.action:<10} {_called(row)}{': ' if row.changes else ''}{'; '.join(row.changes)}"
            )


def _tell_names(words: str, names: tuple[str, ...]) -> None:
    if names:
        more = f" and {len(names) - LISTED:,} more" if len(names) > LISTED else ""
        click.echo(f"{words}: {len(names):,} ({', '.join(names[:LISTED])}{more})", err=True)


def _place(row: PlannedRow) -> str:
    return ", ".join(([f"line {row.line}"] if row.line else []) + ([row.column] if row.column else []))


def _called(row: PlannedRow) -> str:
    named = "" if row.title in ("", row.external_id) else f" “{row.title}”"
    return f"{row.kind} {row.external_id}{named}".rstrip()
