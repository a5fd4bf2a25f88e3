"""``flask init``: an administrator without the set-up page."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from tracker.extensions import db
from tracker.services.actors import command_actor
from tracker.services.errors import InvalidInput
from tracker.services.set_up import add_administrator


@click.command("init")
@click.option("--email", required=True, help="The e-mail address to sign in with.")
@click.option("--name", default="", help="The person's name; made from the address when left out.")
@click.option(
    "--organisation", default="", help="The name of the organisation; stays as it is when left out."
)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input, without asking.")
@with_appcontext
def init(*, email: str, name: str, organisation: str, password_stdin: bool) -> None:
    """Make an administrator: the first one, or one more when nobody can get in.

    The password is asked for on a terminal, and is the first line of standard input otherwise.
    """
    ask = sys.stdin.isatty() and not password_stdin
    password = _asked() if ask else sys.stdin.readline().rstrip("\r\n")
    try:
        user = add_administrator(
            db.session,
            actor=command_actor(),
            email=email,
            password=password,
            name=name,
            organisation=organisation,
        )
    except InvalidInput as refused:
        raise click.ClickException(" ".join(refused.errors.values())) from refused
    db.session.commit()
    click.echo(f"{user.name} can sign in as {user.email}.")


def _asked() -> str:
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return password
