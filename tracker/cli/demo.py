"""``flask demo``: fill the sample into an empty register, and say how to sign in."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import date

import click
from flask import current_app
from flask.cli import with_appcontext

from tracker import clock
from tracker.extensions import db
from tracker.models.base import ALPHABET
from tracker.queries.sample import sample_state
from tracker.sample.organisation import SAMPLE_TITLE
from tracker.sample.shapes import Account
from tracker.services.actors import Actor, command_actor
from tracker.services.sample import load_sample, open_accounts, refresh_sample

#: Three groups of four: easy to type, and more than can be guessed.
GROUPS, LETTERS = 3, 4
ROLES = {"admin": "administrator", "office": "transformation office"}


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Fill the sample organisation into an empty register, and say how to sign in."""
    actor, today = command_actor(), clock.today()
    click.echo(fill(actor, today), err=True)
    password = password_of(str(current_app.config["SECRET_KEY"]))
    accounts = open_accounts(db.session, actor=actor, password=password)
    db.session.commit()
    click.echo(sign_in_words(accounts, password), err=True)


def fill(actor: Actor, today: date) -> str:
    """Load the sample, or bring its story up to today where nobody worked on it; return what was done."""
    state = sample_state(db.session)
    if state.is_here and state.until == today:
        return f"{SAMPLE_TITLE}, the sample organisation, is here; its story ends today."
    if state.is_here and (state.is_touched or state.has_own):
        ends = f" It ends on {state.until}." if state.until else ""
        return (
            f"{SAMPLE_TITLE}, the sample organisation, is here, and somebody worked on it, so it stays as it is."
            f"{ends} For a fresh one, remove the sample on its page and run this again."
        )
    if state.is_here:
        refresh_sample(db.session, actor=actor, today=today)
        db.session.commit()
        return f"{SAMPLE_TITLE}, the sample organisation, was brought up to today, {today}."
    if state.has_own:
        return "This register has records of its own, so the sample was not added."
    load_sample(db.session, actor=actor, today=today)
    db.session.commit()
    return (
        f"{SAMPLE_TITLE}, the sample organisation, is here: two years of joint work, ending today, {today}."
    )


def password_of(secret: str) -> str:
    """Return the password of the sample's accounts: the same at every start, and known only to this installation."""
    digest = hmac.digest(secret.encode(), b"the accounts of the sample", hashlib.sha256)
    letters = [ALPHABET[byte % len(ALPHABET)] for byte in digest[: GROUPS * LETTERS]]
    return "-".join("".join(letters[at : at + LETTERS]) for at in range(0, len(letters), LETTERS))


def sign_in_words(accounts: Sequence[Account], password: str) -> str:
    """Return how to sign in."""
    if not accounts:
        return "Sign in with an account of your own."
    width = max(len(each.email) for each in accounts)
    lines = [f"  {each.email:<{width}}  {each.name}, {ROLES.get(each.role, each.role)}" for each in accounts]
    return "\n".join([f"Sign in with the password {password} as", *lines])
