"""Names and e-mail addresses of people with an account, as they are kept."""

from __future__ import annotations

from tracker.services.checking import Checks

NAME_LIMIT = 120
EMAIL_LIMIT = 254
#: What a mail program would read as something else than one plain address.
NOT_IN_ADDRESSES = ' ,;:<>"()[]\\'


def check_name(checks: Checks, name: str) -> str:
    """Return a person's name, with a message when there is none."""
    return checks.text("name", "The name", name, limit=NAME_LIMIT, required=True)


def check_email(checks: Checks, email: str) -> str:
    """Return an e-mail address in lower case, with a message when it is none."""
    email = checks.text("email", "The e-mail address", email, limit=EMAIL_LIMIT, required=True).lower()
    before, at, after = email.rpartition("@")
    plain = email.isprintable() and not any(letter in email for letter in NOT_IN_ADDRESSES)
    if email and not (plain and before and at and after and "@" not in before):
        checks.refuse("email", "An e-mail address looks like name@organisation.org.")
    return email


def about_person(name: str, email: str, *others: str) -> tuple[str, ...]:
    """Return what anybody could guess of a person, which no password may be."""
    return (name, *name.split(), email, email.partition("@")[0], *others)


def name_from(email: str) -> str:
    """Return a name for an address: ada.lovelace@example.org is Ada Lovelace."""
    words = email.partition("@")[0].replace(".", " ").replace("_", " ").replace("-", " ").split()
    return " ".join(word.capitalize() for word in words) or email
