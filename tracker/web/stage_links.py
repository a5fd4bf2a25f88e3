"""Where the links of a stage lead: the live one to the pages of the register, one out of a snapshot to its receipts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date

from flask import url_for

from tracker.queries.film import Film
from tracker.queries.stage import Month
from tracker.queries.stories import Story
from tracker.queries.telling import Told
from tracker.web.comparing import compared_parts
from tracker.web.filters import day


class StageLinks(ABC):
    """The addresses of a stage and of what belongs to it; "" stands for words without a link.

    Whoever shows a stage elsewhere gives it links of its own: of these only the page, its data and its notes are
    needed. ``whose`` and ``aside`` stand at the head of the stage, ``known`` under the speaker's notes; ``asked`` are
    the arguments that each of its addresses keeps.
    """

    whose = aside = known = up = close = ""

    @property
    def asked(self) -> dict[str, str]:
        """The arguments that a form without scripts sends along."""
        return {}

    @abstractmethod
    def page(self, on: date | None) -> str:
        """Return the address of a month; of the stage itself for None."""

    @abstractmethod
    def data(self, on: date) -> str:
        """Return where the film is fetched."""

    @abstractmethod
    def notes(self, on: date) -> str:
        """Return the address of the speaker's notes on a month."""

    def table(self, _on: date) -> str:
        """Return where the same stands as a table."""
        return ""

    def scenes(self, _on: date) -> str:
        """Return where the scenes of a day are told."""
        return ""

    def number(self, _film: Film, _at: int) -> str:
        """Return what opens the number of a month."""
        return ""

    def compared(self, film: Film, at: int) -> list[tuple[str, str]]:
        """Return what was shown before a month in pieces, each with the page that it opens."""
        found = film.compared_at(at)
        return [(found.sentence, "")] if found else []

    def moment(self, _told: Told) -> str:
        """Return what opens a moment."""
        return ""

    def counted(self, _month: Month) -> str:
        """Return what opens all moments of a month."""
        return ""

    def node(self, _id: str, *, is_department: bool) -> str:  # noqa: ARG002 (a place that leads nowhere asks for nothing)
        """Return what opens a place on the track."""
        return ""


class LiveLinks(StageLinks):
    """The pages of the register, as they are known today; of the part of the work that a film is narrowed to."""

    def __init__(self, film: Film) -> None:
        self.part = film.narrowing.filters.asked
        self.is_rolled_up = film.grouping.kind == "divisions"
        self.up = url_for("stage.show") if self.part else url_for("home.index")
        self.close = url_for("home.index")

    @property
    def asked(self) -> dict[str, str]:
        """The division, the theme and the kind that it is narrowed to."""
        return self.part

    def page(self, on: date | None) -> str:
        """Return the stage of a month."""
        return url_for("stage.show", on=on, **(self.part if on else {}))

    def data(self, on: date) -> str:
        """Return the film as data."""
        return url_for("stage.data", on=on, **self.part)

    def notes(self, on: date) -> str:
        """Return the presenter's second window."""
        return url_for("stage.notes", on=on, **self.part)

    def table(self, on: date) -> str:
        """Return the month as tables."""
        return url_for("momentum.table", on=on, **self.part)

    def scenes(self, on: date) -> str:
        """Return the scenes of the months before."""
        return url_for("scenes.show", on=on, **self.part)

    def number(self, film: Film, at: int) -> str:
        """Return the pairs that work together."""
        return url_for("pairs.index", band="together", on=film.months[at].on, **self.part)

    def compared(self, film: Film, at: int) -> list[tuple[str, str]]:
        """Return what was shown before a month: the receipt of that number, and the pairs as they are known now."""
        found = film.compared_at(at)
        return compared_parts(found, film.narrowing.filters) if found else []

    def moment(self, told: Told) -> str:
        """Return the page of a moment."""
        return url_for("moments.show", public_id=told.public_id, on=None)

    def counted(self, month: Month) -> str:
        """Return the list of the moments that count."""
        part = {**self.part, "work": self.part.get("kind")}
        part.pop("kind", None)
        return url_for("moments.index", since=month.since, until=month.on, counted="yes", on=None, **part)

    def node(self, id_: str, *, is_department: bool) -> str:
        """Return the page of a department, or the stage of a division."""
        if is_department:
            return url_for("departments.show", public_id=id_)
        return (
            url_for("stage.show", **{**self.part, "division": id_})
            if self.is_rolled_up and id_
            else url_for("departments.index")
        )


class FrozenLinks(StageLinks):
    """The receipts of a snapshot, and nothing of what is known now."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.whose = story.organisation
        known = f"As it was known on {day(story.known_on)}"
        self.aside = " · ".join(each for each in (story.title, story.classification, known) if each)
        self.known = f"{known}. It does not change."
        self.up = self.close = url_for("snapshots.show", public_id=story.snapshot)

    def page(self, on: date | None) -> str:
        """Return the stage of a month of the snapshot."""
        return url_for("frozen.stage", public_id=self.story.snapshot, on=on)

    def data(self, on: date) -> str:
        """Return the film of the snapshot as data."""
        return url_for("frozen.data", public_id=self.story.snapshot, on=on)

    def notes(self, on: date) -> str:
        """Return the presenter's second window, as it was known."""
        return url_for("frozen.notes", public_id=self.story.snapshot, on=on)

    def table(self, _on: date) -> str:
        """Return the page of the snapshot, which has every month as a row."""
        return url_for("snapshots.show", public_id=self.story.snapshot, _anchor="months-h")

    def scenes(self, _on: date) -> str:
        """Return the scenes of the snapshot."""
        return url_for("frozen_scenes.show", public_id=self.story.snapshot)

    def number(self, _film: Film, at: int) -> str:
        """Return the receipt of the pairs that worked together."""
        return _receipt(self.story.receipts.of_month(at))

    def compared(self, film: Film, at: int) -> list[tuple[str, str]]:
        """Return what was shown before a month, with its receipt; what was known of it then opens nothing."""
        found = film.compared_at(at)
        if found is None:
            return []
        receipt = _receipt(found.receipt)
        return [(each.words, receipt if each.which == "shown" else "") for each in found.parts]

    def moment(self, told: Told) -> str:
        """Return the receipt of a moment."""
        return _receipt(self.story.receipts.moments.get(told.public_id, ""))


def _receipt(receipt: str) -> str:
    return url_for("receipts.show", receipt=receipt) if receipt else ""
