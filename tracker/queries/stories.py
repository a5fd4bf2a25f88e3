"""The story of a day: the film until then with its captions, and the scenes; what every way to show or send it takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from tracker.queries.film import Caption, Film, captions_of, film
from tracker.queries.organisation import frame
from tracker.queries.scenes import Scene, scenes


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

    @property
    def at(self) -> int:
        """The place of the day among the months of the film."""
        return self.film.place_of(self.on)


def story_now(session: Session, *, since: date, on: date, today: date) -> Story:
    """Return the story of a day as it is known today.

    At most 18 queries, and those of the facts when their version is new.
    """
    found = film(session, on, today)
    if found is None:
        raise LookupError(on)
    return Story(
        title="",
        organisation=frame(session).name,
        classification="",
        since=since,
        on=on,
        known_on=today,
        film=found,
        captions=captions_of(session, found),
        scenes=scenes(session, since, on),
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
        flags=tuple(each for each in told.flags if each.at < end),
    )
    return replace(story, film=film, captions=story.captions[:end])
