"""The commands that the application adds to ``flask``."""

from __future__ import annotations

from click import Command

from tracker.cli.deck import deck
from tracker.cli.demo import demo
from tracker.cli.doctor import doctor
from tracker.cli.exporting import export
from tracker.cli.importing import import_
from tracker.cli.init import init
from tracker.cli.measures import measures
from tracker.cli.setup_token import setup_token

COMMANDS: tuple[Command, ...] = (measures, doctor, init, setup_token, demo, import_, export, deck)
