"""What every record with forms of its own does alike: show a form, save an edit, go away and come back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Response

from tracker.extensions import db
from tracker.services.errors import InvalidInput, Stale
from tracker.web.conflicts import Labels, conflict
from tracker.web.forms import FormReader
from tracker.web.fragments import redirect_after, render
from tracker.web.saving import save


def form_page(form: FormReader, template: str, /, *, status: int = 200, **context: Any) -> Response:
    """Render the page of a form, or its fragment of the same name: 422 with messages, else ``status``."""
    if form.errors and status == 200:
        status = 422
    fragment = template.replace("/", "/_")
    return render(template, fragment=fragment, status=status, form=form, **context)


def save_edit(
    form: FormReader,
    action: Callable[[], object],
    *,
    title: str,
    here: str,
    back: str,
    labels: Callable[[], Labels],
    event: str,
    message: str = "Saved.",
) -> Response | None:
    """Save an edit and go ``back``, or show both texts when somebody saved meanwhile (409).

    None when the form or the service refused it: then the form holds the messages and is shown again.
    """
    try:
        saved = save(form, action)
    except Stale as stale:
        db.session.rollback()
        return conflict(form, stale, title=title, action=here, back=back, labels=labels())
    return redirect_after(back, message=message, event=event) if saved is not None else None


def move(
    action: Callable[[], object], *, to: str, message: str, refused: Callable[[str], Response]
) -> Response:
    """Take a record away or bring it back, then go ``to``; what refers to it may keep it where it is."""
    try:
        action()
    except InvalidInput as kept:
        db.session.rollback()
        return refused(str(kept))
    db.session.commit()
    return redirect_after(to, message=message)
