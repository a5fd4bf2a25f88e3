"""Log from anywhere, the stream of wins and near misses, a moment's page, and vouching."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.extensions import db
from tracker.queries.history import history_of
from tracker.queries.moments import (
    MomentFilters,
    MomentPage,
    MomentRow,
    count_moments,
    moment_page,
    waiting_for_confirmation,
)
from tracker.queries.named import initiative_named
from tracker.queries.similar import similar_titles
from tracker.services import moments as services
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.checking import TEXT_LIMIT, TITLE_LIMIT
from tracker.services.confirmations import confirm as vouch
from tracker.services.confirmations import confirm_many
from tracker.services.errors import InvalidInput, NotFound
from tracker.services.initiatives import default_decide_by, find_initiative, sponsors_on
from tracker.services.lessons import find_moment, may_write_lesson
from tracker.services.moments import LOGGED, Logged, editable_moment, standing_moment
from tracker.web.choices import department_options, person_options
from tracker.web.dates import asked_day, begun_by
from tracker.web.filters import day
from tracker.web.forms import FormReader
from tracker.web.fragments import at_address, redirect_after, render
from tracker.web.lessons import read_lesson
from tracker.web.moment_stream import PERIODS, chips_of, months_of, page_of, read_filters, until_day
from tracker.web.paging import url_with
from tracker.web.records import form_page, save_edit
from tracker.web.saving import needed, save
from tracker.web.sessions import current_actor
from tracker.web.views import state_here, views_on

blueprint = Blueprint("moments", __name__)

LOG_KINDS = (*LOGGED, "pilot")
WAITING_SHOWN = 100
ALIKE_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Rights:
    """What the reader may do with one moment."""

    edit: bool = False
    confirm: bool = False
    write_lesson: bool = False
    reuse: bool = False
    bin: bool = False


@blueprint.route("/log", methods=["GET", "POST"])
def log() -> Response:
    """Log a quick win, a near miss or a pilot: title, departments, Enter."""
    actor = current_actor()
    policies.require(actor, "log near miss")
    today = clock.today()
    form = FormReader(request.form, prefix="log-") if request.method == "POST" else _log_form(actor, today)
    if request.method == "POST":
        logged = _log(actor, form, today)
        if logged is not None:
            return _after_logging(logged, today)
    home = initiative_named(db.session, form.value("initiative")) if form.value("initiative") else None
    return form_page(
        form,
        "moments/log.html",
        home=home,
        similar=similar_titles(db.session, form.value("title"), limit=ALIKE_SHOWN),
        kinds=LOG_KINDS if policies.may(actor, "create") else ("near_miss",),
        departments=department_options(today),
        people=person_options(),
        decide_by=default_decide_by(today),
        limits={"title": TITLE_LIMIT, "text": TEXT_LIMIT},
    )


@blueprint.get("/log/similar")
def similar() -> Response:
    """Show the records whose titles are like the one being typed."""
    current_actor()
    reader = FormReader(request.args, prefix="log-")
    title = reader.text("title", "The title", limit=TITLE_LIMIT)
    return render(
        "moments/similar.html",
        fragment="moments/_similar.html",
        form=reader,
        home=None,
        similar=similar_titles(db.session, title, limit=ALIKE_SHOWN),
    )


@blueprint.get("/moments")
def index() -> Response:
    """Show the stream up to a day, all of it unless asked otherwise: filters, page and day stand in the address."""
    actor = current_actor()
    today, on = clock.today(), asked_day(request.args.get("on"))
    until = begun_by(on)
    filters, period = read_filters(on)
    page = page_of(until_day(filters, on), on)
    rows = tuple(page.items)
    answer = render(
        "moments/index.html",
        fragment="moments/_stream.html",
        views=views_on(actor, "moments"),
        state=state_here("moments"),
        page=page,
        filters=filters,
        months=months_of(rows),
        period=period,
        periods=PERIODS,
        is_narrowed=filters != MomentFilters(),
        chips=chips_of(filters, period),
        wins=count_moments(db.session, MomentFilters(kind="win", until=until)),
        near_misses=count_moments(db.session, MomentFilters(kind="near_miss", until=until)),
        waiting_count=count_moments(db.session, MomentFilters(waiting=True, until=until)),
        waiting=() if until else waiting_for(actor, today),
        confirmable=frozenset() if until else confirmable(actor, rows),
        on=on,
        on_arg=on.isoformat() if on != today else None,
        departments=department_options(on),
    )
    return at_address(answer, url_with())


@blueprint.post("/moments/confirm")
def confirm_all() -> Response:
    """Vouch for the moments that were ticked, or for all that were shown."""
    actor = current_actor()
    reader = FormReader(request.form)
    chosen = reader.ids("seen" if reader.flag("all") else "moments", "Moments", limit=500)
    moments = confirm_many(db.session, actor=actor, public_ids=chosen)
    db.session.commit()
    message = "It counts now." if len(moments) == 1 else f"{len(moments)} moments are confirmed."
    return redirect_after(url_for("moments.index"), message=message, event="moments-confirmed")


@blueprint.get("/moments/<public_id>")
def show(public_id: str) -> Response:
    """Show a moment today or on a day since it: what it counts, who vouched, its lesson and who used it."""
    actor = current_actor()
    today, on = clock.today(), asked_day(request.args.get("on"))
    moment = find_moment(db.session, actor, public_id)
    if on < min(moment.on_day, today):
        raise InvalidInput({"on": f"It is dated {day(moment.on_day)}; choose that day or a later one."})
    page = _page(public_id, on)
    initiative = find_initiative(db.session, actor, page.row.initiative.public_id)
    sponsors = sponsors_on(initiative, today)
    rights = Rights(
        edit=policies.may_edit_moment(actor, moment, initiative, sponsors),
        confirm=not moment.is_confirmed and policies.may_confirm(actor, moment),
        write_lesson=may_write_lesson(actor, moment, sponsors),
        reuse=policies.may(actor, "reuse"),
        bin=policies.may(actor, "bin"),
    )
    if on < today:
        rights = Rights()  # a past day is looked at; what is done is done today
    return render(
        "moments/show.html",
        fragment="moments/_show.html",
        page=page,
        rights=rights,
        history=history_of(db.session, "moment", page.id) if rights.edit else (),
        on=on,
    )


@blueprint.post("/moments/<public_id>/confirm")
def confirm(public_id: str) -> Response:
    """Vouch for one moment."""
    moment = vouch(db.session, actor=current_actor(), public_id=public_id)
    db.session.commit()
    return redirect_after(
        url_for("moments.show", public_id=moment.public_id),
        message="You vouch for it. Thank you.",
        event="moments-confirmed",
    )


@blueprint.route("/moments/<public_id>/edit", methods=["GET", "POST"])
def edit(public_id: str) -> Response:
    """Edit a moment's texts, kind and day; a stale save shows both texts."""
    actor = current_actor()
    today = clock.today()
    record = editable_moment(db.session, actor, public_id, today)
    page = _page(public_id, today)
    form = (
        FormReader(request.form) if request.method == "POST" else FormReader.showing(standing_moment(record))
    )
    if request.method == "POST":
        done = _edit(actor, public_id, page, form, today)
        if done is not None:
            return done
    return form_page(
        form,
        "moments/edit.html",
        page=page,
        kinds=_kind_choices(page),
        limits={"title": TITLE_LIMIT, "text": TEXT_LIMIT},
    )


@blueprint.post("/moments/<public_id>/show")
def ok_to_show(public_id: str) -> Response:
    """Say whether the moment may be told on the stage."""
    ok = FormReader(request.form).flag("ok_to_show")
    services.show_moment(
        db.session, actor=current_actor(), public_id=public_id, ok_to_show=ok, today=clock.today()
    )
    db.session.commit()
    message = "It may be told on the stage." if ok else "It stays off the stage."
    url = url_for("moments.show", public_id=public_id)
    return redirect_after(url, message=message, event="moment-logged")


@blueprint.post("/moments/<public_id>/bin")
def bin_(public_id: str) -> Response:
    """Put it into the bin."""
    services.bin_moment(db.session, actor=current_actor(), public_id=public_id)
    db.session.commit()
    return redirect_after(url_for("moments.index"), message="It is in the bin; the bin gives it back.")


@blueprint.post("/moments/<public_id>/restore")
def restore(public_id: str) -> Response:
    """Bring it back from the bin."""
    services.restore_moment(db.session, actor=current_actor(), public_id=public_id)
    db.session.commit()
    url = url_for("moments.show", public_id=public_id)
    return redirect_after(url, message="It is back, and so is what it counts.")


def waiting_for(actor: Actor, today: date) -> tuple[MomentRow, ...]:
    """Return the moments that this person may vouch for; nobody who only looks has any."""
    if not policies.may(actor, "confirm"):
        return ()
    return waiting_for_confirmation(db.session, today, user_id=actor.user_id, limit=WAITING_SHOWN)


def confirmable(actor: Actor, rows: tuple[MomentRow, ...]) -> set[str]:
    """Return the public ids of the rows that this person may vouch for now."""
    if not policies.may(actor, "confirm"):
        return set()
    own = actor.user_id
    return {
        each.public_id
        for each in rows
        if not each.is_confirmed and (own is None or each.recorded_by_id != own)
    }


def _page(public_id: str, today: date) -> MomentPage:
    page = moment_page(db.session, public_id, today)
    if page is None:
        raise NotFound("There is no such moment.")
    return page


def _log_form(actor: Actor, today: date) -> FormReader:
    """Return the form as a link fills it: ``?initiative=…&kind=near_miss&title=…&departments=a,b``."""
    kind = request.args.get("kind", "")
    offered = LOG_KINDS if policies.may(actor, "create") else ("near_miss",)
    listed = [each for value in request.args.getlist("departments") for each in value.split(",")]
    return FormReader.showing(
        {
            "kind": kind if kind in offered else offered[0],
            "title": request.args.get("title", "")[:TITLE_LIMIT],
            "on": today,
            "still_going": "no",
            "departments": listed,
            "initiative": request.args.get("initiative", ""),
        },
        prefix="log-",
    )


def _log(actor: Actor, form: FormReader, today: date) -> Logged | None:
    kind = form.choice("kind", "Kind", LOG_KINDS, required=True)
    title = form.text("title", "The title", required=True, limit=TITLE_LIMIT)
    on = form.day("on", "The day", required=True)
    initiative = "".join(form.ids("initiative", "Initiative")[:1])
    departments = form.ids("departments", "Departments")
    if not initiative and not departments:
        form.refuse("departments", "Name the departments that took part.")
    note = form.long_text("note", "The note", limit=TEXT_LIMIT)
    lesson = read_lesson(form)
    return save(
        form,
        lambda: services.log(
            db.session,
            actor=actor,
            kind=kind,
            title=title,
            on=needed(on),
            today=today,
            departments=departments,
            initiative=initiative,
            lead=form.value("lead"),
            still_going=form.flag("still_going"),
            note=note,
            lesson=lesson,
        ),
    )


def _after_logging(logged: Logged, today: date) -> Response:
    """Say where it went, and in one line what it counts."""
    where = logged.initiative
    if logged.moment is None:
        message = f"“{where.title}” is in the register. Its bridge counts from its start."
        url = url_for("initiatives.show", public_id=where.public_id)
        return redirect_after(url, message=message, event="initiative-saved")
    url = url_for("moments.show", public_id=logged.moment.public_id)
    counts = _page(logged.moment.public_id, today).row.worth.sentence
    place = "on its own" if logged.is_alone else f"in “{where.title}”"
    message = f"Logged {place}: “{logged.moment.title}”. {counts}."
    is_win = logged.moment.kind == "win"
    return redirect_after(url, message=message, event="moment-logged", cheer=is_win)


def _edit(actor: Actor, public_id: str, page: MomentPage, form: FormReader, today: date) -> Response | None:
    version = form.version()
    title = form.text("title", "The title", required=True, limit=TITLE_LIMIT)
    note = form.long_text("note", "The note", limit=TEXT_LIMIT)
    on = form.day("on", "The day", required=True)
    return save_edit(
        form,
        lambda: services.edit_moment(
            db.session,
            actor=actor,
            public_id=public_id,
            version=version,
            title=title,
            note=note,
            kind=form.value("kind"),
            on=needed(on),
            today=today,
        ),
        title=page.row.title,
        here=url_for("moments.edit", public_id=public_id),
        back=url_for("moments.show", public_id=public_id),
        labels=lambda: {
            "title": ("Title", "text", ()),
            "kind": ("Kind", "select", _kind_choices(page)),
            "on": ("Day", "date", ()),
            "note": ("Note", "textarea", ()),
        },
        event="moment-logged",
    )


def _kind_choices(page: MomentPage) -> tuple[tuple[str, str], ...]:
    """Return the kinds a moment can take: what a register brought in stays what it is."""
    if page.row.kind not in LOGGED.values():
        return ((page.row.kind, "Measured win" if page.row.kind == "measured_win" else "Measure moved"),)
    return (("win", "Quick win"), ("near_miss", "Near miss"))
