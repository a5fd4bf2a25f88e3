"""Whatever is saved, the facts that are kept and caught up equal those read anew, and so does every number."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.queries.edits import TODAY, Edits, fill
from tracker.graph.selfcheck import differences
from tracker.queries import facts

AN_EDIT = 25
DAYS = (TODAY - timedelta(200), TODAY - timedelta(60), TODAY)


@given(seed=st.integers(0, 2**32), looks=st.integers(1, 3))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_any_edits_what_is_kept_equals_what_is_read_anew(
    session: Session, seed: int, looks: int
) -> None:
    fill(session)
    edits = Edits(session, seed)
    done = []
    for at in range(AN_EDIT):
        done.append(edits.once())
        if at % looks:
            continue
        version, kept = facts.current_portfolio(session)
        anew = facts.load_portfolio(session)
        session.rollback()
        assert version == facts.current_version(session)
        assert kept == anew, done
        assert differences(kept, DAYS) == [], done
