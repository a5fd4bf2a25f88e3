"""The forms of one decision over an initiative: who takes part, who stands behind it, how it goes and ends."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.services.checking import TEXT_LIMIT
from tracker.web.forms import FormReader
from tracker.web.fragments import redirect_after, render
from tracker.web.initiatives import SAVED, load_page


def form_of(shown: Mapping[str, object]) -> FormReader:
    """Return the form that was sent, or one that shows these values."""
    return FormReader(request.form) if request.method == "POST" else FormReader.showing(shown)


def decided(public_id: str, message: str) -> Response:
    """Go back to the initiative, and say what was done."""
    return redirect_after(url_for("initiatives.show", public_id=public_id), message=message, event=SAVED)


def ask(name: str, form: FormReader, public_id: str, *, status: int = 200, **context: object) -> Response:
    """Render a form under the name of the initiative: 422 with messages, else ``status``."""
    template = f"initiatives/_{name}.html"
    if form.errors and status == 200:
        status = 422
    return render(
        "initiatives/form.html",
        fragment=template,
        form_template=template,
        status=status,
        form=form,
        page=load_page(public_id, clock.today()),
        limit=TEXT_LIMIT,
        **context,
    )
