"""The Flask extensions, made once and bound to an application by its factory."""

from __future__ import annotations

from flask_compress import Compress
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from flask_wtf import CSRFProtect

from tracker.models.base import Base
from tracker.models.recording import RecordingSession


class RequestSession(FlaskSession, RecordingSession):
    """The session of a request: Flask-SQLAlchemy's, which records what it writes."""


#: A request commits once, at its end, and what it wrote then stands as it wrote it: nothing has to be read again.
db = SQLAlchemy(model_class=Base, session_options={"class_": RequestSession, "expire_on_commit": False})
migrate = Migrate()
login = LoginManager()
csrf = CSRFProtect()
compress = Compress()
