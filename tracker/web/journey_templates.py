"""Journeys to begin from: the paths that customers of an insurer take; the departments are chosen in the form."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JourneyTemplate:
    """A journey without departments: its name, what it is for, how much hangs on it, and its steps."""

    name: str
    about: str
    importance: int
    steps: tuple[str, ...]


#: By the name in the address: ``/journeys/new?template=claim``.
TEMPLATES: dict[str, JourneyTemplate] = {
    "insurer": JourneyTemplate(
        "With us from quote to renewal",
        "The whole path in six steps",
        2,
        ("Gets a quote", "Buys", "Changes something", "Makes a claim", "Complains", "Renews"),
    ),
    "quote": JourneyTemplate(
        "Getting a quote",
        "From the question to a price",
        2,
        ("Asks for a quote", "Has the risk assessed", "Gets a price", "Asks about it"),
    ),
    "buy": JourneyTemplate(
        "Buying a policy",
        "From yes to a policy in hand",
        3,
        ("Says yes", "Is checked", "Gets the policy", "Pays for the first time"),
    ),
    "change": JourneyTemplate(
        "Changing a policy",
        "A new address, a new driver",
        1,
        ("Asks for a change", "Has it assessed", "Gets the new policy", "Pays the difference"),
    ),
    "claim": JourneyTemplate(
        "Making a claim",
        "From the damage to the money",
        3,
        ("Reports the damage", "Has it assessed", "Has it repaired", "Is paid"),
    ),
    "complain": JourneyTemplate(
        "Making a complaint",
        "From the complaint to an answer",
        2,
        ("Complains", "Has it looked into", "Gets an answer", "Sees it changed"),
    ),
    "renew": JourneyTemplate(
        "Renewing a policy",
        "Staying for another year",
        2,
        ("Gets the new terms", "Asks about them", "Renews", "Pays"),
    ),
}
