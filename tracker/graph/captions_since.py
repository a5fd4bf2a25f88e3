"""Said then, known now: the sentences of a receipt, from differences. Only initiatives and records are their subject."""

from __future__ import annotations

from tracker.graph.differences import Kind, MomentKind

#: What is known otherwise of a day since it was frozen.
SINCE: dict[Kind, str] = {
    "settings": "The settings of the measures changed",
    "merged": "{name} went on as {other}",
    "journeys": "Journeys came to say which pairs are counted",
    "every_pair": "Every pair came to be counted, as no journey says which",
    "required": "“{name}” has other steps, days or weight",
    "waived": "“{name}” is out of the journeys that count",
    "opened": "{name} is among the departments of that day",
    "closed": "{name} is no longer among the departments of that day",
    "recorded": "“{name}” came into the register",
    "gone": "“{name}” left the register",
    "dated": "“{name}” has other dates",
    "staffed": "“{name}” has other departments",
    "heard": "“{name}” was heard from after all",
    "unheard": "“{name}” lost what kept it alive",
    "led": "“{name}” has other lead sponsors",
}
#: What became of a moment since.
MOMENTS: dict[MomentKind, str] = {
    "logged": "came into the register since",
    "confirmed": "confirmed since",
    "lesson": "its lesson was written since",
    "gone": "left the register since",
    "dated": "has another day now",
    "unconfirmed": "waits for a second person again",
    "weighed": "counts otherwise now",
    "counts": "counts now",
    "not": "counts no more",
}
#: What an initiative is called whose title is not kept.
UNNAMED = "a near miss"


def since_words(kind: Kind, name: str, other: str = "") -> str:
    """Say what is known otherwise since.

    >>> since_words("merged", "Old Claims", "Claims"), since_words("gone", "")
    ('Old Claims went on as Claims', 'A near miss left the register')
    """
    if not name and "“" in SINCE[kind]:
        words = SINCE[kind].replace("“{name}”", UNNAMED)
        return words[:1].upper() + words[1:]
    return SINCE[kind].format(name=name, other=other)


def moment_since_words(kind: MomentKind) -> str:
    """Say what became of a moment since."""
    return MOMENTS[kind]


def answer_sentence(*, is_true: bool, is_same: bool) -> str:
    """Answer "is this still true?" in one sentence.

    >>> answer_sentence(is_true=True, is_same=True)
    'Yes. What is known today says the same.'
    """
    if is_true:
        return "Yes. What is known today says the same."
    if is_same:
        return "The number stands. What is behind it has changed."
    return "It is known better now."
