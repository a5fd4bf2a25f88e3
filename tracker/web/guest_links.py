"""Where the links of a stage lead for those who see nothing else: guests with a share link, and displays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask import url_for

from tracker.queries.stories import Story
from tracker.web.filters import day
from tracker.web.scene_screens import Addresses
from tracker.web.screens import current_screen
from tracker.web.stage_links import StageLinks


class GuestLinks(StageLinks):
    """The addresses of one share link; inside a frame they stay on the one that may be framed."""

    def __init__(self, story: Story, token: str, *, in_frame: bool) -> None:
        self.token, self.in_frame = token, in_frame
        self.whose = story.organisation
        known = f"As it was known on {day(story.known_on)}" if story.snapshot else ""
        self.aside = " · ".join(each for each in (story.title, story.classification, known) if each)

    def page(self, on: date | None) -> str:
        """Return the film of the link at a month."""
        return url_for("guests.embed" if self.in_frame else "guests.show", token=self.token, on=on)

    def data(self, on: date) -> str:
        """Return the film of the link as data."""
        return url_for("guests.data", token=self.token, on=on)

    def notes(self, _on: date) -> str:
        """Return nothing: who presents is signed in."""
        return ""

    def scenes(self, _on: date) -> str:
        """Return the scenes, which a frame has in its table."""
        return "" if self.in_frame else url_for("guests.scenes", token=self.token)

    def table(self, _on: date) -> str:
        """Return the same in words and tables."""
        if self.in_frame:
            return url_for("guests.embed", token=self.token, table="yes")
        return url_for("guests.table", token=self.token)


class DisplayLinks(StageLinks):
    """Those of another stage, without what leads away from it."""

    def __init__(self, links: StageLinks) -> None:
        self.links = links
        self.whose, self.aside, self.known = links.whose, links.aside, links.known
        self.up = links.page(None) if links.asked else ""

    @property
    def asked(self) -> dict[str, str]:
        """The arguments of that stage."""
        return self.links.asked

    def page(self, on: date | None) -> str:
        """Return the address of a month."""
        return self.links.page(on)

    def data(self, on: date) -> str:
        """Return where the film is fetched."""
        return self.links.data(on)

    def notes(self, on: date) -> str:
        """Return the presenter's second window."""
        return self.links.notes(on)

    def scenes(self, on: date) -> str:
        """Return the scenes of that stage."""
        return self.links.scenes(on)

    def node(self, id_: str, *, is_department: bool) -> str:
        """Return the stage of a division, and nothing for a department."""
        found = self.links.node(id_, is_department=is_department)
        return found if found.startswith(self.links.page(None)) else ""


def for_reader(links: StageLinks) -> StageLinks:
    """Return the links of a stage for whoever asks: a display goes nowhere else."""
    return DisplayLinks(links) if current_screen() else links


def addresses_for_reader(addresses: Addresses) -> Addresses:
    """Return where scenes lead for whoever asks: on a display to each other and to their film."""
    if current_screen() is None:
        return addresses
    return replace(addresses, source=lambda _: "", receipt=lambda _: "", close=addresses.film)
