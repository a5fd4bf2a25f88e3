"""What a story is narrowed to: a division, a theme, a kind of initiative."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.graph import captions_filtered as said
from tracker.graph.facts import Portfolio
from tracker.graph.filtering import Filter, filtered
from tracker.graph.series import CoveragePoint
from tracker.models.departments import Division
from tracker.models.initiatives import KINDS, Theme
from tracker.queries.named import Named
from tracker.queries.places import Place

#: Of the records that filters name, those whose names people write.
NAMED: dict[str, type[Division | Theme]] = {"division": Division, "theme": Theme}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a story is narrowed to, by public ids; "" asks for nothing.

    A division opens: its own pairs, wins and momentum. A theme and a kind take only those initiatives, and the
    pairs that are counted stay all.
    """

    division: str = ""
    theme: str = ""
    kind: str = ""

    def __bool__(self) -> bool:
        return self != EVERYTHING

    @property
    def asked(self) -> dict[str, str]:
        """Return what is asked for by its name, as addresses and snapshots have it."""
        found = {"division": self.division, "theme": self.theme, "kind": self.kind}
        return {name: value for name, value in found.items() if value}

    @classmethod
    def read(cls, asked: Mapping[str, Any]) -> Filters:
        """Return the filters of an address or of a snapshot, which may name a record beside its id."""
        found = {name: asked.get(name) or "" for name in ("division", "theme", "kind")}
        return cls(
            **{name: str(each["id"] if isinstance(each, Mapping) else each) for name, each in found.items()}
        )


#: The whole story, as public ids say it and as the facts do.
EVERYTHING, ALL_WORK = Filters(), Filter()


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Filters with the records that they name; ``wanted`` says the same by the ids of the facts."""

    filters: Filters = EVERYTHING
    division: Named | None = None
    theme: Named | None = None
    wanted: Filter = ALL_WORK

    @property
    def names(self) -> tuple[str, str, str]:
        """What is told by name: the division, the theme, and the kind of initiative; "" where all are."""
        return (
            self.division.name if self.division else "",
            self.theme.name if self.theme else "",
            self.filters.kind,
        )

    @property
    def words(self) -> str:
        """Say which part is told; "" for the whole."""
        return said.part_words(*self.names)

    def sentence(self, covered: CoveragePoint, *, crossings: bool) -> str:
        """Say how many pairs of the part work together."""
        return said.part_sentence(covered, crossings=crossings, division=self.names[0], part=self.words)

    def work(self, portfolio: Portfolio) -> Portfolio:
        """Return the initiatives whose ties are drawn and counted: those of the theme and the kind."""
        return filtered(portfolio, Filter(theme=self.wanted.theme, kind=self.wanted.kind))

    def own(self, portfolio: Portfolio) -> Portfolio:
        """Return the initiatives whose wins and momentum are told: of the division too."""
        return filtered(portfolio, self.wanted)

    def inside(self, where: Mapping[str, Place]) -> dict[str, Place]:
        """Return the departments of the division; all without one."""
        return {id_: each for id_, each in where.items() if self.division in (None, each.division)}


#: Nothing is left out.
WHOLE = Narrowing()


def narrowing_of(session: Session, filters: Filters) -> Narrowing | None:
    """Return filters with the records they name, None where one of them is not there. At most 2 queries."""
    if not filters:
        return WHOLE
    found: dict[str, tuple[str, Named]] = {}
    for name, model in NAMED.items():
        if wanted := getattr(filters, name):
            row = session.execute(
                select(model.external_id, model.public_id, model.name).where(model.public_id == wanted)
            ).one_or_none()
            if row is None:
                return None
            found[name] = row[0], Named(*row[1:])
    if filters.kind and filters.kind not in KINDS:
        return None
    ids = {name: id_ for name, (id_, _) in found.items()}
    records = {name: named for name, (_, named) in found.items()}
    return Narrowing(filters, records.get("division"), records.get("theme"), Filter(**ids, kind=filters.kind))


def filters_called(session: Session, division: str, theme: str, kind: str) -> tuple[Filters, dict[str, str]]:
    """Return the filters that names ask for, and what is wrong by the name of the filter. At most 2 queries.

    A name in any writing, or the public id where several have the same name.
    """
    found, wrong = {"kind": kind}, dict[str, str]()
    for name, words in (("division", division), ("theme", theme)):
        if not words:
            continue
        model = NAMED[name]
        rows = session.execute(select(model.public_id, model.name)).all()
        fitting = [id_ for id_, called in rows if id_ == words or called.casefold() == words.casefold()]
        if len(fitting) == 1:
            found[name] = fitting[0]
        elif fitting:
            wrong[name] = f"Several are called “{words}”. Name one by its id: {', '.join(sorted(fitting))}."
        else:
            known = ", ".join(sorted((called for _, called in rows), key=str.casefold))
            wrong[name] = f"There is no {name} “{words}”." + (f" There are: {known}." if known else "")
    return Filters(**found), wrong
