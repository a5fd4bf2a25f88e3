"""Whatever a register holds, a merge that is taken back leaves every row and every number as it was."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.queries.edits import MOMENTS, STRUCTURE, TODAY, WORK, Edits, fill
from tests.services.importing import OFFICE
from tests.services.merging import rows
from tracker.graph.document import measures_document
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative
from tracker.models.merges import Merge
from tracker.models.people import Person
from tracker.queries.facts import current_portfolio, load_portfolio
from tracker.services.errors import ServiceError
from tracker.services.merges import undo_merge

#: What can be merged, and how.
WAYS: tuple[tuple[str, type[Any], dict[str, Any]], ...] = (
    ("person", Person, {}),
    ("department", Department, {"way": "twice"}),
    ("department", Department, {"way": "day", "on": TODAY}),
    ("initiative", Initiative, {}),
    ("initiative", Initiative, {"one_of_twins": True}),
)


def state(session: Session) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return every row, and the measures of a day; those kept by this process are those of the rows."""
    _, portfolio = current_portfolio(session)
    assert portfolio == load_portfolio(session)
    return rows(session), measures_document(portfolio, TODAY, 0)


@settings(
    max_examples=3,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(
    draw=st.randoms(use_true_random=False),
    names=st.lists(st.sampled_from((*WORK, *MOMENTS, *STRUCTURE)), max_size=10),
)
def test_a_merge_that_is_taken_back_leaves_all_as_it_was(
    session: Session, draw: Random, names: list[str]
) -> None:
    fill(session)
    edits = Edits(session, draw, TODAY)
    for name in names:
        edits.once(name)
    for kind, model, how in WAYS:
        before = state(session)
        standing = model.binned_at.is_(None)
        try:
            (gone, _), (into, _) = edits.any_of(model, standing), edits.any_of(model, standing)
            edits.merge_records(kind, gone, into, **how)
            session.commit()
        except ServiceError:
            session.rollback()
            continue
        finally:
            session.expunge_all()
        state(session)
        newest, _ = edits.any_of(
            Merge, Merge.undone_at.is_(None), Merge.into_public_id == into, Merge.from_public_id == gone
        )
        undo_merge(session, actor=OFFICE, public_id=newest)
        session.commit()
        session.expunge_all()
        after = state(session)
        assert {
            name: (set(found) - set(before[0][name]), set(before[0][name]) - set(found), kind, how)
            for name, found in after[0].items()
            if found != before[0][name]
        } == {}
        assert after[1] == before[1]
