"""``python3 run.py bench``: measure on seeded registers, and print one JSON object."""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import sys
import time
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import func, select

from tracker import clock
from tracker.bench import served
from tracker.bench.live import measure_live
from tracker.bench.pages import measure_after_edit, measure_pages
from tracker.bench.portfolios import CASES, Case, csv_rows, portfolio
from tracker.bench.registers import Scratch, import_csv, import_portfolio, scratch
from tracker.bench.series import measure_series
from tracker.bench.served import OFFICE, measure_served, table
from tracker.bench.stage import measure_stage
from tracker.bench.stage import table as stage_table
from tracker.bench.timing import Result, say
from tracker.extensions import db
from tracker.graph.facts import Portfolio
from tracker.models.initiatives import Initiative
from tracker.models.moments import Moment
from tracker.queries.dashboard import month_ends
from tracker.queries.facts import load_portfolio
from tracker.version import VERSION

#: The sizes that the importer brings in; the larger ones are written straight into the tables.
IMPORTED = ("S", "M")


def main(arguments: Sequence[str]) -> int:
    """Measure the cases asked for, all by default, each in scratch databases of its own."""
    asked, today = _reader().parse_args(arguments), clock.today()
    if asked.case:
        print(json.dumps(measure_live(CASES[asked.case], today), indent=2))
        return 0
    if asked.pages:
        found = measure_served(OFFICE, today, served.SECONDS)
        print(json.dumps(found, indent=2) if asked.json else table(found))
        return 0
    if asked.stage:
        found = measure_stage(today)
        print(json.dumps(found, indent=2) if asked.json else stage_table(found))
        return 0
    chosen = asked.cases or list(IMPORTED)
    found = {
        "version": VERSION,
        "on": today.isoformat(),
        "machine": {
            "python": platform.python_version(),
            "system": platform.platform(),
            "processors": os.cpu_count(),
        },
        "cases": {name: measure(CASES[name], today) for name in chosen},
    }
    print(json.dumps(found, indent=2))
    return 0


def _reader() -> argparse.ArgumentParser:
    """Return the reader of the command line."""
    reader = argparse.ArgumentParser(prog="run.py bench", description=__doc__)
    reader.add_argument(
        "cases", nargs="*", choices=[*IMPORTED, []], metavar="CASE", help="S, M; both by default"
    )
    reader.add_argument("--case", choices=[*CASES], help="one size, and the numbers live on it alone")
    reader.add_argument(
        "--pages",
        action="store_true",
        help="pages from the real server (gunicorn, 2 processes, SQLite in WAL mode, signed in) with 10,000 "
        "initiatives and 50 departments: requests a second on 4 connections, by wrk where it is installed, single "
        "answers, answers after a save, a form that is sent, and what a first visit loads",
    )
    reader.add_argument(
        "--stage",
        action="store_true",
        help="the stage in Chromium, from the real server on this machine, at S and with 18 departments over 60 "
        "months: how soon it can be played, how its frames come while it plays, and its bytes",
    )
    reader.add_argument(
        "--json", action="store_true", help="print JSON; --pages and --stage print for people without it"
    )
    return reader


def measure(case: Case, today: date) -> Result:
    """Measure one size: the importer, the series, the pages."""
    say(
        f"{case.name}: {case.departments} departments, {case.initiatives:,} initiatives, {case.months} months"
    )
    made = portfolio(case, today)
    found: Result = {
        "departments": case.departments,
        "initiatives": case.initiatives,
        "events": len(made["events"]),
        "months": case.months,
    }
    with scratch() as other:
        found["import_csv"] = import_csv(other, csv_rows(made), today)
    with scratch() as here:
        found["import_portfolio"] = import_portfolio(here, made, today)
        del made
        facts, taken = _load(here)
        found["load_facts_ms"] = round(taken, 1)
        # What was loaded stays, so the collector need not look at it again while the series are timed.
        gc.collect()
        gc.freeze()
        found |= measure_series(facts, _month_ends(case, today))
        gc.unfreeze()
        pages = _pages(here)
        found["pages"] = measure_pages(here, pages)
        found["after_an_edit"] = measure_after_edit(here, pages)
    return found


def _month_ends(case: Case, today: date) -> list[date]:
    """Return the ends of the case's months, the newest of them today."""
    return month_ends(today - timedelta(days=30 * case.months), today)[-case.months :]


def _load(here: Scratch) -> tuple[Portfolio, float]:
    with here.app.app_context():
        begin = time.perf_counter()
        return load_portfolio(db.session), (time.perf_counter() - begin) * 1000


def _pages(here: Scratch) -> dict[str, str]:
    """Return the pages to time; the initiative is the one with the most moments."""
    busiest = (
        select(Initiative.public_id)
        .join(Moment, Moment.initiative_id == Initiative.id)
        .group_by(Initiative.id)
        .order_by(func.count(Moment.id).desc(), Initiative.id)
        .limit(1)
    )
    with here.app.app_context():
        public_id = db.session.scalar(busiest)
    return {
        "home": "/",
        "list": "/initiatives",
        "initiative": f"/initiatives/{public_id}",
        "momentum": "/momentum",
        "moments": "/moments",
    }


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
