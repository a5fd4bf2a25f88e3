"""Passwords in tests are hashed as real ones are, but with so little work that hundreds of them take no time."""

from __future__ import annotations

from argon2 import PasswordHasher

from tracker.services import passwords

#: The one that is shipped; servers in processes of their own use it in tests too.
SHIPPED = passwords._hasher


def hash_quickly() -> None:
    """Hash and verify with the least work from here on, in this process."""
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, type=SHIPPED.type)
    passwords._NOBODY = passwords._hasher.hash("nobody has this password")
