"""The law of the stage over the whole film of random registers: what every month says, and the flags over it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.examples import examples
from tests.graph.portfolios import looks, portfolios
from tests.graph.test_captions_law import LACK, MAY_BE_SAID
from tests.queries.test_scenes_law import NAMED, register_of
from tests.services.importing import bring, start_over
from tracker.exchange.flagging import flags_of
from tracker.exchange.staging import chart_of
from tracker.graph.changes import MOST_SENTENCES
from tracker.models.departments import Division
from tracker.queries.film import LONGEST_FLAG, MOST_FLAGS, captions_of, film
from tracker.queries.narrowing import Filters

#: What is said rests on the same records whichever database keeps them.
pytestmark = pytest.mark.only_database("sqlite")

#: What stands before the weightiest change of a month: the same number a year ago.
YEAR_AGO = re.compile(r"^[\d,]+ a year ago\. ?")


@examples(15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(portfolios, looks, st.booleans())
def test_no_month_of_the_film_makes_a_department_or_a_person_the_subject_of_a_lack(
    session: Session, case: dict[str, Any], today: date, opened: bool
) -> None:
    start_over(session)
    document = register_of(case, shown=True) | {"divisions": [{"id": "north", "name": "North"}]}
    for each in document["departments"][:4]:
        each["division"] = "north"
    bring(session, document, skip_refused=True)
    north = session.scalars(select(Division.public_id)).one() if opened else ""
    found = film(session, today - timedelta(45), today, Filters(division=north))
    if found is None:
        assert not document["departments"]
        return
    told = captions_of(session, found)
    session.rollback()
    assert len(told) == len(found.months)
    for at, (line, story) in enumerate(told):
        assert len(story) <= MOST_SENTENCES
        for words in (*story, YEAR_AGO.sub("", line), found.sentence(at)):
            assert "{" not in words
            assert "missing" not in words, words
            if NAMED.search(words):
                assert MAY_BE_SAID.fullmatch(words), words
                assert not LACK.search(words), words
    flags = flags_of(found.flags, chart_of(found.still(len(told) - 1)))
    assert len(flags) <= MOST_FLAGS
    for flag in flags:
        assert len(flag.words) <= LONGEST_FLAG
        assert not NAMED.search(flag.words)
