"""How far long work is: told to whoever waits for it, who may stop it there."""

from __future__ import annotations

from collections.abc import Callable

#: Takes the stage in words, how much of it is done and how much there is. It raises `Stopped` to end the work.
Progress = Callable[[str, int, int], None]


class Stopped(Exception):
    """Whoever waited for the work stopped it; nothing of it stays."""


def unheard(_stage: str, _done: int, _total: int) -> None:
    """Tell nobody."""
