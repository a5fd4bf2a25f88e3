"""What a file's columns, words and names mean, which rows stay out, who vouches: chosen page by page, kept on the server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from flask import Blueprint, Response, make_response, request, url_for

from tracker import clock
from tracker.exchange.choices import Choices, choices_of
from tracker.exchange.column_names import TARGET_WORDS, TARGETS, plain
from tracker.exchange.columns import SEPARATORS
from tracker.exchange.content import How
from tracker.exchange.days import ORDERS
from tracker.exchange.decoding import ENCODINGS
from tracker.exchange.reading import table_in
from tracker.exchange.refusals import RefusedRow, refusal_workbook
from tracker.exchange.tables import DELIMITERS
from tracker.extensions import db
from tracker.models.import_drafts import ImportDraft
from tracker.queries.alike_names import NewName, new_names
from tracker.queries.portfolios import load_named
from tracker.services import import_drafts as drafts
from tracker.services import import_mappings as mappings
from tracker.services.errors import InvalidInput, NotFound
from tracker.services.imports import read_how
from tracker.services.progress import Progress, unheard
from tracker.web.forms import FormReader
from tracker.web.fragments import redirect_after, render
from tracker.web.import_outlook import seen_of
from tracker.web.import_reading import known_plan, plan_if_read
from tracker.web.making import send_when_made
from tracker.web.paging import Page, page_request
from tracker.web.sessions import current_actor

blueprint = Blueprint("import_choices", __name__, url_prefix="/import/<token>")

#: What a house word can mean, by the column it stands in.
MEANINGS: dict[str, tuple[tuple[str, str], ...]] = {
    "kind": (("pilot", "pilot"), ("quick_win", "quick win"), ("near_miss", "near miss")),
    "status": (
        ("proposed", "proposed"),
        ("live", "live"),
        ("paused", "paused"),
        ("finished", "finished"),
    ),
    "paused": (("yes", "yes"), ("no", "no")),
}
FIELDS = {"kind": "kinds", "status": "statuses", "paused": "flags"}
#: Words of one column that are offered, the commonest; a column with more holds texts, no words.
MOST_WORDS = 60
MOST_LEFT_OUT = 20_000


@blueprint.route("/columns", methods=["GET", "POST"])
def columns(token: str) -> Response:
    """Show how a file is read, and let all of it be changed: encoding, delimiter, header, days, columns, words."""
    draft = drafts.find_draft(db.session, actor=current_actor(), token=token)
    choices = choices_of(draft.choices)
    if request.method == "GET":
        form = FormReader()
        return _columns_page(draft, token, form, _how_now(draft, token, form))
    form = FormReader(request.form)
    how = _how_now(draft, token, FormReader())
    wanted = _wanted(form, choices, how)
    found = _how(draft, wanted, form) if not form.errors else how
    if found is not None and not found.has_rows and form.value("do") != "look":
        form.refuse("title", "Say which column holds the title. No row goes in without one.")
    if form.errors:
        return _columns_page(draft, token, form, found or how)
    name = form.text("mapping", "The name", limit=120)
    if name and found is not None:
        wanted = mappings.remember(
            db.session, actor=current_actor(), name=name, header=found.header, choices=_settled(wanted, found)
        )
    drafts.choose(db.session, actor=current_actor(), token=token, choices=wanted)
    db.session.commit()
    if form.value("do") == "look":
        return redirect_after(url_for("import_choices.columns", token=token))
    return redirect_after(url_for("importing.plan", token=token))


@blueprint.route("/names", methods=["GET", "POST"])
def names(token: str) -> Response:
    """Show the departments and people that are new, each with the names it may stand for; keep what was chosen."""
    draft = drafts.find_draft(db.session, actor=current_actor(), token=token)
    if request.method == "POST":
        choices = choices_of(draft.choices)
        wanted = replace(
            choices,
            departments=_meant(choices.departments, "department"),
            people=_meant(choices.people, "person"),
        )
        how = _how(draft, wanted, FormReader())
        if choices.mapping and how is not None:
            mappings.remember(
                db.session,
                actor=current_actor(),
                name=choices.mapping,
                header=how.header,
                choices=_settled(wanted, how),
            )
        drafts.choose(db.session, actor=current_actor(), token=token, choices=wanted)
        db.session.commit()
        return redirect_after(url_for("importing.plan", token=token))
    choices = choices_of(draft.choices)
    _, plan = known_plan(draft, token)
    if plan is None:  # the page of the dry run says how far reading is
        return redirect_after(url_for("importing.plan", token=token))
    register = load_named(db.session)
    known = {
        kind: sorted(
            (each.values["name"] for each in register[kind].values() if not each.in_bin), key=str.casefold
        )
        for kind in ("department", "person")
    }
    groups = [
        ("department", "Departments", known["department"], plan.summary.new_departments, choices.departments),
        ("person", "Sponsors", known["person"], plan.summary.new_people, choices.people),
    ]
    return render(
        "importing/names.html",
        draft=draft,
        token=token,
        groups=[
            (kind, words, here, _page_of(kind, new_names(new, here)), _told(chosen))
            for kind, words, here, new, chosen in groups
        ],
    )


@blueprint.post("/rows")
def rows(token: str) -> Response:
    """Leave the unticked rows of a page out, and take the ticked ones in."""
    draft = drafts.find_draft(db.session, actor=current_actor(), token=token)
    choices = choices_of(draft.choices)
    shown, kept = set(request.form.getlist("shown")[:1_000]), set(request.form.getlist("keep"))
    left_out = (choices.left_out - shown) | (shown - kept)
    if len(left_out) > MOST_LEFT_OUT:
        raise InvalidInput(
            {"": f"At most {MOST_LEFT_OUT:,} rows can be left out here; take them out of the file."}
        )
    drafts.choose(
        db.session, actor=current_actor(), token=token, choices=replace(choices, left_out=frozenset(left_out))
    )
    db.session.commit()
    page, show = request.form.get("page", ""), request.form.get("show", "")
    return redirect_after(
        url_for("importing.plan", token=token, page=page or None, show=show or None, _anchor="importing-rows")
    )


@blueprint.post("/settle")
def settle(token: str) -> Response:
    """Keep who vouches for the wins that were reported, and whether rows that vanished end."""
    draft = drafts.find_draft(db.session, actor=current_actor(), token=token)
    choices = choices_of(draft.choices)
    form = FormReader(request.form)
    if form.has("first"):
        people = [form.text(each, "The name", limit=120) for each in ("first", "second")]
        distinct = tuple(dict.fromkeys(filter(None, people)))
        if len(distinct) == 1 or (all(people) and distinct[0].casefold() == people[1].casefold()):
            raise InvalidInput({"": "Two different people vouch for wins that were reported before."})
        choices = replace(choices, vouching=distinct)
    if form.has("missing"):
        choices = replace(choices, end_missing=form.value("missing") == "end")
    drafts.choose(db.session, actor=current_actor(), token=token, choices=choices)
    if choices.vouching and drafts.is_short(draft.name, draft.size):
        drafts.plan_draft(
            db.session, draft, clock.today()
        )  # names that a portfolio does not know are refused here
    db.session.commit()
    return redirect_after(url_for("importing.plan", token=token))


@blueprint.get("/to-mend.xlsx")
def to_mend(token: str) -> Response:
    """Send the refused rows as a workbook, the bad cells marked."""
    draft = drafts.find_draft(db.session, actor=current_actor(), token=token)
    _, plan = known_plan(draft, token)
    if plan is None:
        return redirect_after(url_for("importing.plan", token=token))
    if plan.how is None:
        raise NotFound("A portfolio has no rows to mend: its refused records are listed with their reasons.")
    make = partial(_refused_rows, token)
    short = drafts.is_short(draft.name, draft.size)
    if short:
        return make()
    return send_when_made("The refused rows as a workbook", make, seen_of(draft.choices), needs="import")


def _refused_rows(token: str, tell: Progress = unheard) -> Response:
    draft = drafts.find_draft(db.session, actor=current_actor(), token=token)
    tell("Reading the file", 0, 1)
    _, plan = drafts.plan_draft(db.session, draft, clock.today(), tell)
    if plan.how is None:
        raise NotFound("A portfolio has no rows to mend.")
    table = table_in(draft.data, choices_of(draft.choices))
    cells = dict(table.rows)
    places = {each.target: at for at, each in enumerate(plan.how.columns) if each.target}
    refused = [
        RefusedRow(row.line or 0, cells.get(row.line or 0, ()), places.get(row.column), row.reason)
        for row in plan.rows
        if row.action == "refused"
    ]
    tell("Writing the rows", 0, 1)
    response = make_response(refusal_workbook(table.header, refused))
    response.mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response.headers["Content-Disposition"] = 'attachment; filename="to-mend.xlsx"'
    return response


def _how_now(draft: ImportDraft, token: str, form: FormReader) -> How | None:
    """Return how the file is read as it was chosen, from its dry run where that is known; else how it could be."""
    _, plan = plan_if_read(draft, token)
    if plan is not None and plan.how is not None:
        return plan.how
    return _how(draft, choices_of(draft.choices), form) or _how(draft, Choices(), form)


def _how(draft: ImportDraft, choices: Choices, form: FormReader) -> How | None:
    """Return how the file is read by some choices; why it cannot be stands in the form."""
    try:
        how = read_how(db.session, name=draft.name, data=draft.data, choices=choices)
    except InvalidInput as wrong:
        form.refuse("", next(iter(wrong.errors.values()), str(wrong)))
        return None
    if how is None:
        raise NotFound("A portfolio has no columns: it says itself what everything is.")
    return how


def _wanted(form: FormReader, choices: Choices, how: How | None) -> Choices:
    """Return the choices of the form. Another way of reading the file finds its columns anew."""
    asked = form.value("use")
    if asked:
        kept = mappings.named_mapping(db.session, asked)
        return choices.following(kept.document, kept.name)
    reading = replace(
        choices,
        encoding=form.choice("encoding", "The encoding", ENCODINGS),
        delimiter=form.choice("delimiter", "The delimiter", DELIMITERS),
        sheet=form.value("sheet")[:200],
        header=form.whole("header", "The line of the header", low=0, high=1_000) or 0,
        order=form.choice("order", "The order of days", ORDERS),
        separator=form.choice("separator", "Between names", SEPARATORS),
        together=form.value("together") == "yes",
        columns=None,
        mapping="",
    )
    if how is None or not form.has("column-0"):
        return reading
    before = (how.encoding, how.delimiter, how.sheet, how.header_line)
    now = (
        reading.encoding or how.encoding,
        reading.delimiter or how.delimiter,
        reading.sheet or how.sheet,
        reading.header or how.header_line,
    )
    if before != now:
        return reading
    words = {FIELDS[column]: _words(form, column) for column in MEANINGS}
    chosen = tuple(form.choice(f"column-{at}", "The column", TARGETS) for at in range(len(how.header)))
    twice = [each for each in chosen if each and chosen.count(each) > 1]
    if twice:
        at = [place for place, each in enumerate(chosen) if each == twice[0]][1]
        form.refuse(f"column-{at}", f"Two columns are taken for the same: {TARGET_WORDS[twice[0]]}.")
    guessed = tuple(each.target for each in how.columns)
    return replace(reading, columns=choices.columns if chosen == guessed else chosen, **words)


def _words(form: FormReader, column: str) -> dict[str, str]:
    """Return the meaning that was chosen for each house word of a column."""
    ours = {value for value, _ in MEANINGS[column]}
    found = {}
    for at in range(MOST_WORDS):
        word, meaning = form.value(f"{column}-word-{at}"), form.value(f"{column}-is-{at}")
        if word and meaning in ours:
            found[plain(word)] = meaning
    return found


def _settled(choices: Choices, how: How) -> Choices:
    """Return choices that name what was found, so that they can be used again."""
    return replace(
        choices,
        columns=tuple(each.target for each in how.columns),
        delimiter=how.delimiter,
        separator=how.separator,
    )


def _columns_page(draft: ImportDraft, token: str, form: FormReader, how: How | None) -> Response:
    choices = choices_of(draft.choices)
    chosen = {column: getattr(choices, field) for column, field in FIELDS.items()}
    words = {
        column: [
            (word, count, chosen[column].get(plain(word), ""))
            for word, count in sorted(found.items(), key=lambda each: -each[1])[:MOST_WORDS]
        ]
        for column, found in (how.words.items() if how else ())
    }
    return render(
        "importing/columns.html",
        fragment="importing/_columns.html",
        status=422 if form.errors and request.method == "POST" else 200,
        draft=draft,
        token=token,
        form=form,
        how=how,
        choices=choices,
        words=words,
        meanings=MEANINGS,
        targets=[(each, TARGET_WORDS[each]) for each in TARGETS],
        encodings=ENCODINGS.items(),
        delimiters=DELIMITERS.items(),
        separators=SEPARATORS.items(),
        orders=ORDERS.items(),
        kept=mappings.list_mappings(db.session),
        stem=draft.name.rpartition(".")[0] or draft.name,
    )


def _meant(chosen: Mapping[str, str], kind: str) -> dict[str, str]:
    """Return what names stand for, those of this page as they were chosen now."""
    found = dict(chosen)
    for name, meaning, other in _sent(kind):
        key = name.casefold()
        if meaning == "out":
            found[key] = ""
        elif meaning == "other" and other:
            found[key] = other
        elif meaning.startswith("is "):
            found[key] = meaning.removeprefix("is ")
        else:
            found.pop(key, None)
    return found


def _sent(kind: str) -> Iterator[tuple[str, str, str]]:
    """Yield each name of the page with what was chosen for it."""
    for at in range(200):
        name = request.form.get(f"{kind}-{at}", "")[:200]
        if name:
            other = " ".join(request.form.get(f"{kind}-other-{at}", "").split())[:120]
            meaning = request.form.get(f"{kind}-is-{at}", "")[:200]
            yield name, "other" if other else meaning, other


def _page_of(kind: str, found: tuple[NewName, ...]) -> Page[NewName]:
    asked = page_request({"page": request.args.get(f"{kind}s", "")})
    return Page(found[asked.offset :][: asked.size], asked.number, asked.size, len(found))


def _told(chosen: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the names that stand for others already, or are left out ("")."""
    return sorted(chosen.items())
