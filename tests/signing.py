"""How tests sign a browser in: by its session row, without hashing a password."""

from __future__ import annotations

import secrets

from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tracker.models.accounts import UserSession
from tracker.models.engines import WRITE
from tracker.services.sessions import hash_of


def sign_in(client: FlaskClient, engine: Engine, user_id: int | None) -> str:
    """Give a browser a session of this account; return its token."""
    token = secrets.token_urlsafe(32)
    with Session(engine) as session:
        session.connection(execution_options={WRITE: True})
        session.add(UserSession(token_hash=hash_of(token), user_id=user_id))
        session.commit()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return token
