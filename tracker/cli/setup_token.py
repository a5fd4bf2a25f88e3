"""``flask setup-token``: the token of the set-up page, while there is no account yet."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from tracker.extensions import db
from tracker.services.actors import command_actor
from tracker.services.set_up import make_set_up_token


@click.command("setup-token")
@with_appcontext
def setup_token() -> None:
    """Print a new token for the set-up page; nothing when there is an account already."""
    token = make_set_up_token(db.session, actor=command_actor())
    db.session.commit()
    if token is not None:
        click.echo(token)
