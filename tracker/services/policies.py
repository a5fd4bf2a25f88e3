"""Who may do what: the whole policy on one screen. Anything not granted here is refused."""

from __future__ import annotations

from collections.abc import Collection

from tracker.models.initiatives import Initiative
from tracker.models.moments import Moment
from tracker.services.actors import Actor
from tracker.services.errors import Forbidden

EVERYONE = ("admin", "office", "sponsor", "member", "viewer")
OFFICE = ("admin", "office")
CONTRIBUTORS = ("admin", "office", "sponsor", "member")

GRANTS: dict[str, Collection[str]] = {
    "read": (*EVERYONE, "display"),  # a display is let in to the stage alone: web/displays.py lists its pages
    "create": CONTRIBUTORS,
    "log near miss": EVERYONE,
    "edit any": OFFICE,
    "edit own": CONTRIBUTORS,
    "set people and state": OFFICE,
    "confirm": CONTRIBUTORS,
    "reuse": CONTRIBUTORS,
    "shape": OFFICE,  # departments, divisions, sponsors, journeys, themes, settings of the measures
    "bin": OFFICE,
    "merge": OFFICE,  # two records of the same become one, and back
    "import": OFFICE,
    "export": OFFICE,
    "freeze": ("admin", "office", "sponsor"),  # a snapshot is there for good
    "share": ("admin", "office", "sponsor"),  # make links, end one's own, keep the stage on this screen
    "share any": OFFICE,  # see and end everybody's links
    "present": (
        "admin",
        "office",
        "sponsor",
    ),  # stories put together, and what was shown, compared with from then on
    "round": ("admin", "office", "sponsor"),  # sponsors are asked after what they stand behind
    "administer": ("admin",),
    "read audit": OFFICE,
    "remove sample": ("admin",),
}


def may(actor: Actor, action: str) -> bool:
    """Say whether the actor's role grants the action at all."""
    return actor.role in GRANTS[action]


def require(actor: Actor, action: str) -> None:
    """Refuse an actor whose role does not grant the action."""
    if not may(actor, action):
        raise Forbidden("Your role does not allow this. Ask the transformation office.")


def is_own(actor: Actor, initiative: Initiative, sponsor_ids: Collection[int]) -> bool:
    """Say whether the actor recorded the initiative or stands behind it as a sponsor."""
    recorded = actor.user_id is not None and initiative.created_by_id == actor.user_id
    return recorded or (actor.person_id is not None and actor.person_id in sponsor_ids)


def may_edit(actor: Actor, initiative: Initiative, sponsor_ids: Collection[int]) -> bool:
    """Say whether the actor may change the initiative's texts and dates and post updates to it."""
    return may(actor, "edit any") or (may(actor, "edit own") and is_own(actor, initiative, sponsor_ids))


def may_decide(actor: Actor, sponsor_ids: Collection[int]) -> bool:
    """Say whether the actor may end, extend or pause the initiative: the office, and its own sponsors."""
    if may(actor, "set people and state"):
        return True
    return actor.role == "sponsor" and actor.person_id is not None and actor.person_id in sponsor_ids


def may_edit_moment(
    actor: Actor, moment: Moment, initiative: Initiative, sponsor_ids: Collection[int]
) -> bool:
    """Say whether the actor may change the moment: whoever may edit its initiative, or recorded the moment."""
    recorded = actor.user_id is not None and moment.created_by_id == actor.user_id
    return may_edit(actor, initiative, sponsor_ids) or (recorded and may(actor, "edit own"))


def may_confirm(actor: Actor, moment: Moment) -> bool:
    """Say whether the actor may vouch for the moment: anyone but viewers, and never for one's own."""
    own = actor.user_id is not None and moment.created_by_id == actor.user_id
    return may(actor, "confirm") and not own
