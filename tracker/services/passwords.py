"""Passwords: argon2id at OWASP's floor, rules without riddles, and the same time for accounts that do not exist."""

from __future__ import annotations

import unicodedata

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from tracker.services.checking import can_be_kept
from tracker.services.errors import InvalidInput

SHORTEST, LONGEST = 12, 256

#: OWASP's floor for argon2id: 19 MiB, two passes, one lane, about 25 ms on a small machine.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)

#: Verified when there is no account, so that guessing e-mail addresses takes as long as guessing passwords.
_NOBODY = _hasher.hash("nobody has this password")

#: What people choose who must choose twelve characters; compared without case, digits and signs at the ends.
COMMON = frozenset(
    [
        "password",
        "passwordpassword",
        "passw0rd",
        "passwort",
        "qwerty",
        "qwertyuiop",
        "qwertyqwerty",
        "qwertzuiop",
        "asdfghjkl",
        "asdfghjklqwerty",
        "zxcvbnm",
        "letmein",
        "letmeinplease",
        "welcome",
        "welcomewelcome",
        "changeme",
        "changemenow",
        "iloveyou",
        "iloveyousomuch",
        "administrator",
        "adminadmin",
        "sunshine",
        "princess",
        "football",
        "baseball",
        "superman",
        "batman",
        "dragon",
        "monkey",
        "master",
        "trustno",
        "computer",
        "internet",
        "whatever",
        "starwars",
        "harbourmutual",
        "tracker",
        "transformation",
        "summer",
        "winter",
        "spring",
        "autumn",
        "company",
        "secret",
        "secretsecret",
        "correcthorsebatterystaple",
        "abcdefghijkl",
        "abcdefghijklm",
        "abcabcabcabc",
    ]
)


def hash_password(password: str) -> str:
    """Return the hash of a new password; takes tens of milliseconds, so call it before the write transaction."""
    return _hasher.hash(_composed(password))


def verify_password(stored: str | None, password: str) -> bool:
    """Say whether a password is the account's; takes the same time where there is no account or no password yet."""
    try:
        _hasher.verify(stored or _NOBODY, _composed(password))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def needs_new_hash(stored: str) -> bool:
    """Say whether a hash was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(stored)


def check_password(password: str, *, about: tuple[str, ...] = (), field: str = "password") -> None:
    """Refuse a password that is too short, too long, common, or made of what is known about the person.

    Raises
    ------
    InvalidInput
        With what to do, at ``field``.
    """
    if not can_be_kept(password):
        raise InvalidInput({field: "This holds characters that cannot be typed again. Take others."})
    bare = password.casefold().strip("0123456789!?.,-_*#$ ")
    if len(password) < SHORTEST:
        raise InvalidInput({field: f"Take {SHORTEST} characters or more; a few words make a good password."})
    if len(password) > LONGEST:
        raise InvalidInput({field: f"Take {LONGEST} characters at most."})
    if bare in COMMON or len(set(password)) < 5:
        raise InvalidInput({field: "Many people use this one. A few words of your own are better."})
    if any(len(known) > 3 and bare == known.casefold() for known in about):
        raise InvalidInput({field: "This is your name or address. Take something that nobody knows of you."})


def _composed(password: str) -> bytes:
    """Return what is hashed: keyboards differ in how they write é, and nobody can see it."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace")
