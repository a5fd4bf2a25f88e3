"""Check the measures of real registers against the slow reference, on scratch databases.

Usage: .ci/measures.py FOLDER, with kubernetes_keps/ and gitlab_working_groups/ inside. Each register is imported,
exported as portfolio JSON, and that file is what the reference computes from with exact fractions. Prints a line a
day; exits 1 when a number differs by more than 1e-9.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from flask_migrate import upgrade  # the path comes first

from tests.graph.oracle import Model
from tracker.app import create_app
from tracker.config import load_config
from tracker.extensions import db
from tracker.queries.measures import measures_on
from tracker.services.actors import command_actor
from tracker.services.exports import portfolio_document
from tracker.services.imports import apply_import

TOLERANCE = 1e-9
#: The last day each file speaks for, and days to ask about: in the middle, after everything, and a month end.
REGISTERS = {
    "gitlab_working_groups": (date(2025, 12, 31), (date(2021, 6, 30), date(2024, 2, 29), date(2025, 12, 31))),
    "kubernetes_keps": (date(2025, 12, 31), (date(2020, 3, 31), date(2023, 9, 30))),
}

failed = 0


def differences(found: Any, expected: Any, where: str) -> Iterator[str]:
    """Yield where two answers differ: numbers by more than 1e-9, everything else at all."""
    if isinstance(expected, dict):
        if set(found) != set(expected):
            yield f"{where}: {sorted(map(str, set(found) ^ set(expected)))} on one side only"
            return
        for key, each in expected.items():
            yield from differences(found[key], each, f"{where}.{key}")
    elif expected is None or isinstance(expected, str):
        if found != expected:
            yield f"{where}: {found} is not {expected}"
    elif found is None or abs(found - float(expected)) > TOLERANCE * max(1.0, abs(float(expected))):
        yield f"{where}: {found} is not {float(expected)}"


def compare(found: dict[str, Any], model: Model, on: date) -> Iterator[str]:
    """Yield where the document of a day differs from the reference."""
    for measure, report in (("coverage", model.coverage(on)), ("momentum", model.momentum_report(on))):
        for key, value in found[measure].items():
            yield from differences(value, report[key], f"{measure}.{key}")
    # The reference adds up warmth in the order of a set, so its last digits take no part in the order.
    order = sorted(
        model.next_best(on),
        key=lambda row: (-row["gain"], -row["efficiency_gain"], -round(row["warm"], 9), row["pair"]),
    )
    expected = {tuple(row["pair"]): row for row in order}
    if [tuple(each["pair"]) for each in found["next_best"]] != list(expected):
        yield "next_best: other pairs, or another order"
        return
    for each in found["next_best"]:
        for key in ("gain", "efficiency_gain", "warm"):
            yield from differences(
                each[key], expected[tuple(each["pair"])][key], f"next_best.{each['pair']}.{key}"
            )


def check(file: Path, as_of: date, days: tuple[date, ...]) -> None:
    """Import a register and compare every day."""
    global failed
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(load_config({"TRACKER_INSTANCE": folder}))
        with app.app_context():
            upgrade()
            apply_import(
                db.session,
                actor=command_actor(),
                name=file.name,
                data=file.read_bytes(),
                as_of=as_of,
                today=as_of,
                skip_refused=True,
            )
            db.session.commit()
            model = Model(portfolio_document(db.session))
            for on in days:
                wrong = list(compare(measures_on(db.session, on), model, on))
                failed += bool(wrong)
                said = f": {'; '.join(wrong[:3])}" if wrong else ""
                print(f"{'FAIL' if wrong else 'ok  '} {file.parent.name} on {on}{said}", flush=True)
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    for name, (as_of, days) in REGISTERS.items():
        check(Path(sys.argv[1]) / name / "initiatives.csv", as_of, days)
    sys.exit(1 if failed else 0)
