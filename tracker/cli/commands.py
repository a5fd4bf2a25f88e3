"""The commands that the application adds to ``flask``."""

from __future__ import annotations

from click import Command

from tracker.cli.doctor import doctor
from tracker.cli.measures import measures

COMMANDS: tuple[Command, ...] = (measures, doctor)
