"""How many random cases a test looks at: so many in the suite, twenty times as many in a night."""

from __future__ import annotations

from typing import Any

from hypothesis import settings

#: What the profiles count from; the suite runs with this one.
USUAL = 100


def examples(count: int, **more: Any) -> settings:
    """Return the settings of a test that looks at so many cases, scaled by the profile of the run."""
    return settings(max_examples=max(1, count * settings().max_examples // USUAL), deadline=None, **more)
