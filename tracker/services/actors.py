"""Who acts: an account of the register, or the operating-system user of a command."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from typing import Literal

from tracker.models.accounts import User

#: The five roles of accounts, and that of a screen nobody is signed in on.
Role = Literal["admin", "office", "sponsor", "member", "viewer", "display"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who reads or writes, as the services know them; ``via`` says by which way (page, api, command)."""

    name: str
    role: Role
    user_id: int | None = None
    person_id: int | None = None
    department_id: int | None = None
    via: str = "page"

    @property
    def is_office(self) -> bool:
        """Say whether this is the transformation office or an administrator."""
        return self.role in ("admin", "office")


def actor_of(user: User, *, via: str = "page") -> Actor:
    """Return the actor that an account stands for."""
    return Actor(
        name=user.name,
        role=user.role,  # type: ignore[arg-type]  # the database keeps it to the five roles
        user_id=user.id,
        person_id=user.person_id,
        department_id=user.department_id,
        via=via,
    )


def command_actor() -> Actor:
    """Return the operating-system user of a command, who acts with an administrator's rights."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number that has no name
        name = "unknown"
    return Actor(name=f"{name} (command line)", role="admin", via="command")
