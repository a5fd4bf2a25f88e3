"""Themes are opened and renamed, and go only while no initiative carries them."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.factories import Cast, Register
from tracker.services.errors import Forbidden, InvalidInput, NotFound, Stale
from tracker.services.themes import add_theme, find_theme, remove_theme, rename_theme


def test_a_theme_is_renamed_once(session: Session, cast: Cast) -> None:
    theme = add_theme(session, actor=cast.alice, name="Storms")
    session.commit()
    rename_theme(session, actor=cast.alice, public_id=theme.public_id, version=1, name="Storm season")
    session.commit()
    assert find_theme(session, cast.charlie, theme.public_id).name == "Storm season"
    with pytest.raises(Stale) as stale:
        rename_theme(session, actor=cast.ada, public_id=theme.public_id, version=1, name="Weather")
    assert stale.value.current == {"name": "Storm season", "version": "2"}


@pytest.mark.parametrize("name", ["", "storm season", "x" * 121, "\0"])
def test_a_theme_has_a_name_of_its_own(session: Session, cast: Cast, register: Register, name: str) -> None:
    register.theme("Storm season")
    with pytest.raises(InvalidInput) as refused:
        add_theme(session, actor=cast.alice, name=name)
    assert list(refused.value.errors) == ["name"]


def test_a_theme_that_is_carried_stays(session: Session, cast: Cast, register: Register) -> None:
    theme, free = register.theme("Storm season"), register.theme("Plain words")
    register.initiative("Storm desk", register.department("Claims"), theme_id=theme.id)
    with pytest.raises(InvalidInput, match="1 initiative carries it"):
        remove_theme(session, actor=cast.alice, public_id=theme.public_id)
    session.rollback()
    remove_theme(session, actor=cast.alice, public_id=free.public_id)
    session.commit()
    with pytest.raises(NotFound):
        find_theme(session, cast.alice, free.public_id)


def test_only_the_office_shapes_themes(session: Session, cast: Cast, register: Register) -> None:
    theme = register.theme()
    for actor in (cast.bob, cast.dora, cast.charlie):
        with pytest.raises(Forbidden):
            add_theme(session, actor=actor, name="Weather")
        with pytest.raises(Forbidden):
            rename_theme(session, actor=actor, public_id=theme.public_id, version=1, name="Weather")
        with pytest.raises(Forbidden):
            remove_theme(session, actor=actor, public_id=theme.public_id)
