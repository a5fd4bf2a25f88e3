"""The Round: begin it, answer for one initiative after the other, and take an answer back."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tracker.models.initiatives import Initiative, Update
from tracker.models.rounds import Round, RoundAnswer
from tracker.queries import rounds as queries
from tracker.services import outcomes
from tracker.services.actors import Actor
from tracker.services.checking import Checks
from tracker.services.errors import InvalidInput
from tracker.services.initiatives import editable, post_update
from tracker.services.named import named_people
from tracker.services.policies import may, require
from tracker.services.writing import open_write


def waiting(session: Session, *, actor: Actor, today: date) -> list[int]:
    """Return the row ids of what a Round of this person would ask after; sponsors are asked after their own."""
    require(actor, "round")
    return queries.waiting_for_a_word(session, today, _theirs(session, actor, today))


def count_waiting(session: Session, *, actor: Actor, today: date) -> int:
    """Return how many that are."""
    require(actor, "round")
    return queries.count_without_news(session, today, _theirs(session, actor, today))


def state_of(session: Session, *, actor: Actor, today: date) -> queries.RoundState | None:
    """Return where this person stands in their newest Round, None before the first."""
    require(actor, "round")
    return queries.round_of(session, actor.user_id, today, _theirs(session, actor, today))


def begin(session: Session, *, actor: Actor, today: date) -> Round:
    """Begin a Round: its queue and the two numbers are kept as they stand now.

    Raises
    ------
    InvalidInput
        When there is nothing to ask after.
    """
    queue = waiting(session, actor=actor, today=today)
    if not queue or actor.user_id is None:
        raise InvalidInput({"": "There is nothing to ask after today: everything was heard from lately."})
    before = queries.figures(session, today)
    open_write(session, actor)
    begun = Round(user_id=actor.user_id, begun_on=today, queue=queue, before=queries.kept_figures(before))
    session.add(begun)
    return begun


def still_moving(session: Session, *, actor: Actor, public_id: str, text: str, today: date) -> RoundAnswer:
    """Say that an initiative is still moving, with a sentence or, twice running at most, without one."""
    step = _open_step(session, actor, public_id, today)
    update = post_update(session, actor=actor, public_id=public_id, text=text, on=today, today=today)
    return _answer(session, step, "moving", update)


def stuck(
    session: Session, *, actor: Actor, public_id: str, text: str, asked_of: str, today: date
) -> RoundAnswer:
    """Say what would help a stuck initiative, and of whom it is asked: an update that stands with that person."""
    step = _open_step(session, actor, public_id, today)
    checks = Checks()
    sentence = checks.text("text", "What would help", text, required=True)
    if not asked_of:
        checks.refuse("asked_of", "Say of whom it is asked.")
    checks.done()
    person = named_people(session, [asked_of], "asked_of")[asked_of]
    update = post_update(session, actor=actor, public_id=public_id, text=sentence, on=today, today=today)
    update.asked_of_id = person.id
    return _answer(session, step, "stuck", update)


def skip(session: Session, *, actor: Actor, public_id: str, today: date) -> RoundAnswer:
    """Leave an initiative for the next Round."""
    return _answer(session, _open_step(session, actor, public_id, today), "skipped", None)


def take_back(session: Session, *, actor: Actor, public_id: str, version: int, today: date) -> Initiative:
    """Take back what was answered for an initiative: its update goes, or it runs on as if it had not ended.

    ``version`` is the initiative's, which only taking back an end asks for.
    """
    require(actor, "round")
    open_write(session, actor)
    initiative = editable(session, actor, public_id, today)
    begun = _round(session, actor, initiative)
    answer = session.scalar(_answer_for(begun, initiative))
    if answer is None:
        if initiative.outcome not in queries.ENDED:
            raise InvalidInput({"": "There is no answer to take back: it waits for one."})
        return outcomes.take_back_end(session, actor=actor, public_id=public_id, version=version, today=today)
    posted = session.get(Update, answer.update_id) if answer.update_id is not None else None
    session.delete(answer)
    session.flush()  # the answer names the update, so it goes first
    if posted is not None:
        session.delete(posted)
    return initiative


def _theirs(session: Session, actor: Actor, today: date) -> frozenset[str] | None:
    """Return the external ids of what this person is asked after: what a sponsor stands behind, None for all."""
    return None if may(actor, "edit any") else queries.stands_behind(session, actor.person_id, today)


def _open_step(session: Session, actor: Actor, public_id: str, today: date) -> tuple[Round, Initiative]:
    """Open the write transaction and return the Round and its initiative, which waits for an answer."""
    require(actor, "round")
    open_write(session, actor)
    initiative = editable(session, actor, public_id, today)
    begun = _round(session, actor, initiative)
    if session.scalar(_answer_for(begun, initiative)) is not None:
        raise InvalidInput(
            {"": f"“{initiative.title}” is answered already. To answer otherwise, take it back."}
        )
    return begun, initiative


def _round(session: Session, actor: Actor, initiative: Initiative) -> Round:
    begun = queries.newest_round(session, actor.user_id)
    if begun is None or initiative.id not in begun.queue:
        raise InvalidInput(
            {"": f"Your Round does not ask after “{initiative.title}”. Its own page takes updates."}
        )
    return begun


def _answer_for(begun: Round, initiative: Initiative) -> Select[RoundAnswer]:
    return select(RoundAnswer).where(
        RoundAnswer.round_id == begun.id, RoundAnswer.initiative_id == initiative.id
    )


def _answer(
    session: Session, step: tuple[Round, Initiative], answer: str, update: Update | None
) -> RoundAnswer:
    begun, initiative = step
    session.flush()  # the answer names the update by its id
    given = RoundAnswer(
        round_id=begun.id,
        initiative_id=initiative.id,
        answer=answer,
        update_id=update.id if update else None,
    )
    session.add(given)
    return given
