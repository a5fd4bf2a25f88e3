"""How long a large register takes to read, and what an edit costs: the numbers that one JSON object names flat."""

from __future__ import annotations

import gc
import random
import time
import tracemalloc
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import func, select

from tracker.app import rest_collector
from tracker.bench.filling import fill
from tracker.bench.pages import visit
from tracker.bench.portfolios import Case, organisation, work
from tracker.bench.registers import Scratch, scratch
from tracker.bench.series import by_networkx, fresh, with_coverage
from tracker.bench.timing import Result, percentiles, say, timed
from tracker.extensions import db
from tracker.graph.facts import Portfolio
from tracker.graph.ledger import ledger
from tracker.graph.parts import momentum_series
from tracker.models.initiatives import Initiative
from tracker.queries.dashboard import month_ends
from tracker.queries.facts import forget, load_portfolio
from tracker.services.actors import command_actor
from tracker.services.writing import open_write

#: Reads of each kind, and runs of the series from facts in memory.
READS, RUNS = 60, 3


def measure_live(case: Case, today: date) -> Result:
    """Measure one size through the whole application: what is kept, an unchanged read, and a read after an edit."""
    say(
        f"{case.name}: {case.departments} departments, {case.initiatives:,} initiatives, {case.months} months"
    )
    days = month_ends(today - timedelta(days=30 * case.months), today)[-case.months :]
    with scratch() as here:
        with here.app.app_context():
            rows = fill(db.session, organisation(case), work(case, today), today)
        found: Result = {"case": case.name, "rows": rows, "months": len(days)}
        with here.app.app_context():
            begun = time.perf_counter()
            facts = load_portfolio(db.session)
            found["load_facts_ms"] = round((time.perf_counter() - begun) * 1000, 1)
        gc.collect()
        gc.freeze()  # what was loaded stays, so the collector need not look at it again
        found |= _series(facts, days)
        gc.unfreeze()
        del facts
        found |= _reads(here, days)
    return found


def _series(facts: Portfolio, days: Sequence[date]) -> Result:
    """Time the series of coverage with all bands from facts in memory, the same months by networkx, and what is kept."""
    say(f"  series over {len(days)} days")
    covered = timed(lambda: with_coverage(fresh(facts), days), times=RUNS)
    ours = sorted(covered.processor)[RUNS // 2]
    other = by_networkx(facts, days, ours)
    kept = fresh(facts)
    tracemalloc.start()
    ledger(kept, days)
    momentum_series(kept, days)
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    built = timed(lambda: _build(fresh(facts), days), times=RUNS)
    return {
        "series_ms": round(ours, 1),
        "networkx_series_ms": other["projecting_ms"],
        "networkx_sampled_months": other["months_projected"],
        "series_speedup_vs_networkx": other["coverage_faster_than_projecting"],
        "build_ms": round(sorted(built.processor)[RUNS // 2], 1),
        "ledger_mb": round(size / 1e6, 1),
    }


def _build(facts: Portfolio, days: Sequence[date]) -> Portfolio:
    """Work out everything that an edit is carried over from: the ledger, the verdicts and the cells."""
    ledger(facts, days)
    momentum_series(facts, days)
    return facts


def _reads(here: Scratch, days: Sequence[date]) -> Result:
    """Time the JSON of both series over all months and the momentum page: unchanged, with 304, and after an edit."""
    forget()
    json, page = f"/api/v1/measures/series?from={days[0]}", "/momentum"
    for address in (json, page):
        say(f"  first {address}: {visit(here.client, address)[0]:.0f} ms")
    rest_collector()  # as a server does once it has read the register
    rng, found = random.Random(len(days)), Result()
    found["read_unchanged_ms"] = percentiles([visit(here.client, json)[0] for _ in range(READS)])
    mark = here.client.get(json).headers["ETag"]
    found["read_304_ms"] = percentiles([_not_modified(here, json, mark) for _ in range(READS)])
    found["page_unchanged_ms"] = percentiles([visit(here.client, page)[0] for _ in range(READS)])
    for name, address in (("json", json), ("page", page)):
        say(f"  {address} right after an edit")
        taken = []
        for _ in range(READS):
            _edit(here, rng)
            taken.append(visit(here.client, address)[0])
        found[f"read_after_edit_{name}_ms"] = percentiles(taken)
    return found


def _not_modified(here: Scratch, address: str, mark: str) -> float:
    begin = time.perf_counter()
    answer = here.client.get(address, headers={"If-None-Match": mark})
    taken = (time.perf_counter() - begin) * 1000
    if answer.status_code != 304:
        raise RuntimeError(f"{address} answered {answer.status_code} to whoever has its answer.")
    return taken


def _edit(here: Scratch, rng: random.Random) -> None:
    """Move the start of any initiative by some days."""
    with here.app.app_context():
        last = db.session.scalar(select(func.max(Initiative.id))) or 1
        open_write(db.session, command_actor())
        one = db.session.get_one(Initiative, rng.randint(1, last))
        if one.started_on is not None:
            one.started_on -= timedelta(days=rng.randint(1, 20))
        db.session.commit()
