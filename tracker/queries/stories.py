"""The story of a day: the film until then with its captions, and the scenes; what every way to show or send it takes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy.orm import Session

from tracker.queries.film import Caption, Film, captions_of, film
from tracker.queries.narrowing import EVERYTHING, Filters
from tracker.queries.organisation import frame
from tracker.queries.scenes import Scene, scenes


@dataclass(frozen=True, slots=True)
class Receipts:
    """The receipts of a film out of a snapshot: of the pairs that work together month by month, and of the moments.

    Those of moments are by public id. Out of the register there are none.
    """

    months: tuple[str, ...] = ()
    moments: dict[str, str] = field(default_factory=dict)

    def of_month(self, at: int) -> str:
        """Return the receipt of the number of a month, "" where it has none."""
        return self.months[at] if self.months else ""


@dataclass(frozen=True, slots=True)
class Story:
    """All that is told of a day, whether it is read from the register now or from a snapshot.

    ``film`` holds the day among its months, ``captions`` one of each month; ``scenes`` tell what came after
    ``since``. ``known_on`` is the day whose knowledge it tells. ``snapshot`` is the public id of the snapshot it
    was read from, "" where it was read from the register.
    """

    title: str
    organisation: str
    classification: str
    since: date
    on: date
    known_on: date
    film: Film
    captions: tuple[Caption, ...]
    scenes: tuple[Scene, ...]
    snapshot: str = ""
    receipts: Receipts = Receipts()

    @property
    def at(self) -> int:
        """The place of the day among the months of the film."""
        return self.film.place_of(self.on)


def story_now(
    session: Session, *, since: date, on: date, today: date, filters: Filters = EVERYTHING
) -> Story:
    """Return the story of a day as it is known today, of a part of it where one is asked for.

    At most 28 queries, and those of the facts when their version is new.

    Raises
    ------
    LookupError
        When the filters name what is not there, or a division without departments.
    """
    found = film(session, on, today, filters)
    if found is None:
        raise LookupError(filters)
    return Story(
        title="",
        organisation=frame(session).name,
        classification="",
        since=since,
        on=on,
        known_on=today,
        film=found,
        captions=captions_of(session, found),
        scenes=scenes(session, since, on, filters),
    )


def ended(story: Story) -> Story:
    """Return a story whose film ends on its day: what is told of that day does not show what came later."""
    end, told = story.at + 1, story.film
    film = replace(
        told,
        months=told.months[:end],
        opened={id_: row[:end] for id_, row in told.opened.items()},
        strands=tuple(
            replace(each, band=each.band[:end], strength=each.strength[:end]) for each in told.strands
        ),
        told=told.told[:end],
        counted=told.counted[:end],
        compared=told.compared[:end],
        flags=tuple(each for each in told.flags if each.at < end),
    )
    return replace(story, film=film, captions=story.captions[:end])
