"""Two people saved one record: both texts side by side, and neither is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from werkzeug.wrappers import Response

from tracker.extensions import db
from tracker.services.errors import Stale
from tracker.web.forms import FormReader
from tracker.web.fragments import render

#: The words of a field, its control (text, textarea, date, select) and the choices of a select.
Labels = Mapping[str, tuple[str, str, Sequence[tuple[str, str]]]]


@dataclass(frozen=True, slots=True)
class Disputed:
    """A field of which two versions exist: what stands now, in words, and what this person wrote."""

    name: str
    label: str
    control: str
    choices: tuple[tuple[str, str], ...]
    standing: str


def conflict(
    form: FormReader, stale: Stale, *, title: str, action: str, back: str, labels: Labels
) -> Response:
    """Answer a stale save with 409: each field that differs twice, what was written ready to be sent again.

    The form that comes back carries the version that stands now, so sending it again is a decision.
    """
    disputed, same = [], []
    for name, (label, control, choices) in labels.items():
        standing = stale.current.get(name, "")
        if form.value(name).replace("\r\n", "\n").strip() == standing:
            same.append((name, standing))
        else:
            words = dict(choices).get(standing, standing)
            disputed.append(Disputed(name, label, control, tuple(choices), words))
    return render(
        "initiatives/conflict.html",
        fragment="initiatives/_conflict.html",
        status=409,
        form=form,
        title=title,
        action=action,
        back=back,
        disputed=disputed,
        same=same,
        version=stale.current.get("version", ""),
    )


def keep_stale(form: FormReader, stale: Stale) -> None:
    """Keep what was typed in a form of one decision; the next try is made against what stands now."""
    db.session.rollback()
    form.refuse("", "Somebody changed this after you opened the form. Look at what stands now, then decide.")
    form.replace("version", stale.current.get("version", ""))
