"""What if we stop or start these? Initiatives to choose, and the numbers as they would be. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.exchange.staging import track_of
from tracker.extensions import db
from tracker.graph.ties import BANDS
from tracker.queries.pairs import BAND_MARKS, BAND_WORDS
from tracker.queries.what_if import Asked, Typed, outlook
from tracker.web.choices import department_options, person_options
from tracker.web.dates import asked_day
from tracker.web.forms import FormReader
from tracker.web.fragments import render
from tracker.web.sessions import current_actor
from tracker.web.why import signed

blueprint = Blueprint("what_if", __name__)

#: Initiatives chosen at once, drafts typed, departments of one, and the longest id that is looked for.
MOST_CHOSEN, MOST_DRAFTS, MOST_DEPARTMENTS, LONGEST_ID = 200, 20, 40, 64
#: What stands between the departments of a draft, and before its lead sponsor, in an address.
AND, LED_BY = ",", ":"


@blueprint.get("/what-if")
def show() -> Response:
    """Show a day as it would be: ``?stop=`` and ``?start=`` initiatives, ``?draft=`` departments and a sponsor.

    What the form brings for one more draft goes into the address as the others stand there, so that it can be
    shared.
    """
    if "departments" in request.args or "lead" in request.args:
        return redirect(_with_one_more(), 303)
    actor = current_actor()
    on = asked_day(request.args.get("on"))
    q = FormReader(request.args).text("q", "Search", limit=200)
    asked = Asked(_ids("stop"), _ids("start"), tuple(map(read_draft, _drafts())))
    found = outlook(db.session, on, asked, q, own_id=actor.person_id, sees_all=actor.is_office)
    return render(
        "what_if/show.html",
        found=found,
        q=q,
        form=FormReader(),
        drafts=_drafts(),
        draft_of=draft_of,
        departments=department_options(on),
        people=person_options(),
        bands=[(band, BAND_WORDS[band], BAND_MARKS[band]) for band in BANDS],
        tracks=[track_of(each) for each in found.tracks or ()],
        signed=signed,
        on=on,
        on_arg=on.isoformat() if on != clock.today() else None,
    )


def draft_of(departments: Iterable[str], lead: str | None = None) -> str:
    """Write a draft as an address brings it: departments by public id, and who would lead it.

    >>> draft_of(["clm", "leg"], "priya"), draft_of(["clm", "leg"])
    ('clm,leg:priya', 'clm,leg')
    """
    return AND.join(departments) + (f"{LED_BY}{lead}" if lead else "")


def read_draft(text: str) -> Typed:
    """Read a draft of an address; a department counts once.

    >>> read_draft("clm,leg,clm:priya")
    Typed(departments=('clm', 'leg'), lead='priya')
    """
    named, _, lead = text.partition(LED_BY)
    known = dict.fromkeys(each for each in named.split(AND)[:MOST_DEPARTMENTS] if 0 < len(each) <= LONGEST_ID)
    return Typed(tuple(known), lead[:LONGEST_ID])


def _ids(name: str) -> frozenset[str]:
    asked = [each for value in request.args.getlist(name) for each in value.split(AND)]
    return frozenset(each for each in asked[:MOST_CHOSEN] if 0 < len(each) <= LONGEST_ID)


def _drafts() -> list[str]:
    return [each for each in request.args.getlist("draft") if read_draft(each).departments][:MOST_DRAFTS]


def _with_one_more() -> str:
    """Return the address with what the form names as one more draft; without departments it names none."""
    args = request.args.to_dict(flat=False)
    form = FormReader(request.args)
    departments, lead = form.ids("departments", "Departments"), form.ids("lead", "Lead sponsor")
    kept = {
        key: values for key, values in args.items() if key in ("on", "q", "stop", "start") and any(values)
    }
    drafts = _drafts() + ([draft_of(departments, *lead[:1])] if departments else [])
    return url_for("what_if.show", **kept, draft=drafts)
