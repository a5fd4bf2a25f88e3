"""Random edits of a register through the services, as a day of many people makes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy.orm import Session

from tests.queries.edits_moments import MomentEdits
from tests.queries.edits_structure import StructureEdits
from tests.queries.edits_work import WorkEdits
from tests.services.importing import bring, start_over
from tracker.services.errors import ServiceError

TODAY = date(2026, 6, 30)
DEPARTMENTS = "ABCDEF"
PEOPLE = ("priya", "tom", "lee")
#: What happens to initiatives, to moments, and to what the measures rest on; what stands here twice happens twice as often.
WORK = (
    "start", "redate", "redate", "join", "join", "leave", "leave", "lead", "lead", "stand_beside", "step_back", "say",
    "merge_people", "merge_initiatives", "merge_initiatives", "take_back_merge", "pause", "resume", "routine", "routine", "check", "give_up", "stop", "scale", "extend", "go_on", "bring",
    "bin", "restore", "restore", "remove",
)  # fmt: skip
MOMENTS = (
    "win", "win", "miss", "miss_without_words", "alone", "vouch", "vouch", "redate_moment", "redate_moment", "teach",
    "learn", "learn", "move", "bin_moment", "bin_moment", "restore_moment", "restore_moment",
)  # fmt: skip
STRUCTURE = (
    "found", "found", "redate_department", "close", "merge", "merge", "take_back_merge", "bin_department", "restore_department",
    "path", "redirect", "bin_journey", "restore_journey", "retune",
)  # fmt: skip


class Edits(WorkEdits, MomentEdits, StructureEdits):
    """Somebody of the office who does this and that."""

    def once(self, name: str) -> bool:
        """Do one thing and commit; say whether it was done, or refused and nothing changed."""
        do: Callable[[], None] = getattr(self, name)
        try:
            do()
            self.session.commit()
        except ServiceError:
            return False
        else:
            return True
        finally:
            self.session.rollback()
            self.session.expunge_all()


def fill(session: Session) -> None:
    """Begin with six departments, three sponsors, and pilots whose lessons were reused."""
    start_over(session)
    bring(
        session,
        {
            "departments": [{"id": each, "name": f"Department {each}"} for each in DEPARTMENTS],
            "people": [{"id": each, "name": each.title()} for each in PEOPLE],
            "initiatives": [
                {
                    "id": f"i{at}",
                    "title": f"Pilot {members}",
                    "start": f"2026-0{at}-05",
                    "sponsor": PEOPLE[at % 3],
                    "members": [{"department": each} for each in members],
                }
                for at, members in enumerate(("AB", "BC", "ACD", "EF", "ADE"), 1)
            ],
            "events": [
                {"id": "m1", "initiative": "i1", "kind": "near_miss", "date": "2026-02-01"},
                {"id": "m2", "initiative": "i2", "kind": "near_miss", "date": "2026-03-01"},
                *(
                    {"id": f"r{at}", "initiative": f"i{at}", "kind": "reuse", "date": "2026-05-09", "of": of}
                    for at, of in ((2, "m1"), (3, "m1"), (4, "m1"), (5, "m1"))
                ),
                {"id": "w1", "initiative": "i1", "kind": "win", "date": "2026-03-03"},
                {"id": "v1", "initiative": "i1", "kind": "moved", "date": "2026-04-03", "of": "w1"},
            ],
        },
        as_of=TODAY,
        today=TODAY,
    )
