"""Check real registers end to end, by the product's own commands and pages, on scratch databases.

Usage: .ci/registers.py FOLDER, with kubernetes_keps/ and gitlab_working_groups/ inside. What is expected comes from
each register's expected.json and from its rows as Python's csv reads them, never from the product. Prints a line a
check; exits 1 when one fails.
"""

from __future__ import annotations

import csv
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from flask.testing import FlaskClient  # the path comes first

from tracker.app import create_app
from tracker.config import load_config
from tracker.extensions import db
from tracker.queries.measures import measures_on

ROOT = Path(__file__).resolve().parent.parent
FLASK = Path(sys.executable).with_name("flask")
EMAIL, PASSWORD = "office@example.org", "a long enough password for a check"
PAGES = ("/?on={}", "/momentum?on={}")

failed = 0


def check(name: str, found: Any, expected: Any) -> None:
    """Print whether two values agree, and both where they do not."""
    global failed
    agrees = found == expected
    failed += not agrees
    print(
        f"{'ok  ' if agrees else 'FAIL'} {name}" + ("" if agrees else f": {found!r} is not {expected!r}"),
        flush=True,
    )


class Scratch:
    """An installation of its own in a scratch folder, used by command."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.settings = {
            "TRACKER_INSTANCE": str(folder),
            "TRACKER_SECRET_KEY": "a secret for a scratch database only",
        }
        self.database = folder / "tracker.db"
        self.flask("db", "upgrade")

    def flask(self, *args: str | Path, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command of the product."""
        return subprocess.run(  # noqa: S603 (the product's own command)
            [FLASK, *args],
            cwd=ROOT,
            env={**os.environ, **self.settings},
            input=given,
            text=True,
            capture_output=True,
            check=False,
        )

    def take(self, file: Path, as_of: date, *more: str) -> dict[str, int]:
        """Import a file and return the counts that the command prints."""
        result = self.flask("import", file, "--as-of", as_of.isoformat(), *more)
        found = dict(line.split() for line in result.stdout.splitlines()[:4])
        return {**{name: int(count) for name, count in found.items()}, "exit": result.returncode}

    def portfolio(self) -> str:
        """Return the whole register as the product exports it."""
        return self.flask("export", "-").stdout

    def traces(self) -> tuple[int, int]:
        """Return the newest version and the number of audit lines."""
        with sqlite3.connect(self.database) as database:
            version = database.execute("SELECT version FROM change_counter").fetchone()[0]
            return version, database.execute("SELECT count(*) FROM audit_entries").fetchone()[0]


def rows_of(file: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV as Python reads them."""
    with file.open(newline="", encoding="utf-8") as opened:
        return list(csv.DictReader(opened))


def split(rows: Sequence[dict[str, str]]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Return the rows that go in and those that are refused: a later row of an id, an end before the start."""
    kept, refused, seen = [], [], set()
    for row in rows:
        backwards = row["started_on"] and row["ended_on"] and row["ended_on"] < row["started_on"]
        (refused if row["external_id"] in seen or backwards else kept).append(row)
        seen.add(row["external_id"])
    return kept, refused


def names(cell: str) -> list[str]:
    """Return the names of a list in a cell."""
    return list(dict.fromkeys(each.strip() for each in cell.split(";") if each.strip()))


def departments(row: Mapping[str, str]) -> list[str]:
    """Return the departments of a row, the leading one first."""
    return list(dict.fromkeys([*names(row["lead_department"]), *names(row["departments"])]))


class Work(NamedTuple):
    """A row as it is counted."""

    departments: list[str]
    sponsors: list[str]
    start: str
    end: str


def counts(work: Iterable[Work]) -> dict[str, Any]:
    """Count a register as its expected.json does."""
    found = list(work)
    pairs = Counter(pair for each in found for pair in combinations(sorted(each.departments), 2))
    started, ended = (
        Counter(day[:4] for day in days if day) for days in zip(*(each[2:] for each in found), strict=True)
    )
    return {
        "rows": len(found),
        "departments": len({name for each in found for name in each.departments}),
        "distinct_sponsors": len({name for each in found for name in each.sponsors}),
        "rows_without_department": sum(not each.departments for each in found),
        "rows_single": sum(len(each.departments) == 1 for each in found),
        "rows_cross": sum(len(each.departments) > 1 for each in found),
        "max_departments": max(len(each.departments) for each in found),
        "pairs_distinct": len(pairs),
        "pair_incidences": sum(pairs.values()),
        "started_per_year": dict(sorted(started.items())),
        "ended_per_year": dict(sorted(ended.items())),
    }


def as_work(row: Mapping[str, str]) -> Work:
    """Return a CSV row as it is counted."""
    return Work(departments(row), names(row["sponsor"]), row["started_on"], row["ended_on"])


def as_exported(work: Mapping[str, Any]) -> Work:
    """Return an exported initiative as it is counted."""
    members = [each["department"] for each in work["members"]]
    sponsors = [each["person"] for each in work["sponsors"]]
    return Work(members, sponsors, work["start"] or "", work["end"] or "")


def check_register(scratch: Scratch, name: str, folder: Path, as_of: date) -> None:
    """Check one register: refusals, counts, sponsors, the second pass, and the way out and in again."""
    file = folder / "initiatives.csv"
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    kept, refused = split(rows_of(file))
    before = scratch.traces()
    stopped = scratch.flask("import", file, "--as-of", as_of.isoformat())
    check(f"{name}, refused rows stop the import", (stopped.returncode, scratch.traces()), (1, before))
    ids = re.findall(r"^refused +line \d+, \w+: .*\(initiative (\S+)", stopped.stdout, re.MULTILINE)
    check(f"{name}, the refused rows are listed", ids, [row["external_id"] for row in refused])
    started = time.perf_counter()
    taken = scratch.take(file, as_of, "--skip-refused")
    print(f"     {name}, {len(kept)} rows in {time.perf_counter() - started:.1f} s")
    want = {"created": len(kept), "updated": 0, "unchanged": 0, "refused": len(refused), "exit": 0}
    check(f"{name}, the others go in", taken, want)
    text = scratch.portfolio()
    found = json.loads(text)
    brought = list(map(as_exported, found["initiatives"]))
    whole = counts([*brought, *map(as_work, refused)])
    check(f"{name}, counts with the refused rows put back", whole, {key: expected[key] for key in whole})
    check(f"{name}, counts of what went in", counts(brought), counts(map(as_work, kept)))
    people = sorted({each for row in kept for each in names(row["sponsor"])})
    check(
        f"{name}, {len(people)} sponsors by their names",
        sorted(each["name"] for each in found["people"]),
        people,
    )
    leads = {row["external_id"]: (names(row["sponsor"]) or [None])[0] for row in kept}
    check(f"{name}, lead sponsors", {work["id"]: work["sponsor"] for work in found["initiatives"]}, leads)
    before = scratch.traces()
    again = scratch.take(file, as_of, "--skip-refused")
    check(f"{name}, a second pass", (again["unchanged"], scratch.traces()), (len(kept), before))
    check(f"{name}, what is exported does not change either", scratch.portfolio() == text, True)
    other = Scratch(scratch.database.parent / "again")
    (other.database.parent / "out.json").write_text(text, encoding="utf-8")
    other.take(other.database.parent / "out.json", as_of)
    check(f"{name}, out and in again, byte for byte", other.portfolio() == text, True)


def check_snapshots(scratch: Scratch, folder: Path) -> None:
    """Check the yearly snapshots, each as of its own day: no duplicates, dated history, an idle second pass."""
    files = [(date.fromisoformat(file.stem), file) for file in sorted(folder.glob("*.csv"))]
    told = {day: {row["external_id"]: row for row in split(rows_of(file))[0]} for day, file in files}
    for day, file in files:
        taken = scratch.take(file, day, "--skip-refused")
        told_now = taken["created"] + taken["updated"] + taken["unchanged"]
        check(f"snapshot {day}, every row goes in", (told_now, taken["exit"]), (len(told[day]), 0))
    text = scratch.portfolio()
    work = {each["id"]: each for each in json.loads(text)["initiatives"]}
    check(
        "snapshots, no duplicates and none lost", set(work), {id_ for rows in told.values() for id_ in rows}
    )
    for day, _ in files:
        begun = {
            id_: row
            for id_, row in told[day].items()
            if row["started_on"] and row["started_on"] < day.isoformat()
        }
        check(
            f"snapshots, {len(begun)} rows hold on {day} the departments they had",
            {id_: on_day(work[id_]["members"], "department", "joined", "left", day) for id_ in begun},
            {id_: set(departments(row)) for id_, row in begun.items()},
        )
        check(
            f"snapshots, {len(begun)} rows hold on {day} the sponsors they had",
            {id_: on_day(work[id_]["sponsors"], "person", "from", "to", day) for id_ in begun},
            {id_: set(names(row["sponsor"])) for id_, row in begun.items()},
        )
    last_day, last_file = files[-1]
    alone = Scratch(scratch.database.parent.parent / "the last snapshot alone")
    alone.take(last_file, last_day, "--skip-refused")
    alone_work = {each["id"]: each for each in json.loads(alone.portfolio())["initiatives"]}
    check(
        f"snapshots, all six end as the last one alone ({len(alone_work)} initiatives)",
        {id_: end_state(work[id_], last_day) for id_ in alone_work},
        {id_: end_state(each, last_day) for id_, each in alone_work.items()},
    )
    moved = sum(any(line["left"] for line in each["members"]) for each in work.values())
    check("snapshots, departments that left stand in the history", moved > 0, True)
    before = scratch.traces()
    for day, file in files:
        taken = scratch.take(file, day, "--skip-refused")
        check(f"snapshot {day}, the second pass", (taken["created"], taken["updated"]), (0, 0))
    check(
        "snapshots, the second pass left no trace",
        (scratch.traces(), scratch.portfolio() == text),
        (before, True),
    )


def end_state(work: Mapping[str, Any], day: date) -> tuple[Any, ...]:
    """Return what holds of an initiative at the end of a day, its history left out."""
    plain = ("title", "kind", "start", "end", "contact", "link", "description", "declared_until")
    return (
        *(work.get(key) for key in plain),
        on_day(work["members"], "department", "joined", "left", day),
        on_day(work["sponsors"], "person", "from", "to", day),
    )


def check_raw(scratch: Scratch, folder: Path) -> None:
    """Check that the register as its authors wrote it goes in without an edit: all but what no register can keep."""
    rows = rows_of(folder / "initiatives_raw.csv")
    taken = scratch.take(folder / "initiatives_raw.csv", date(2026, 7, 24), "--skip-refused")
    no_day = [row for row in rows if row["started_on"] == "yyyy-mm-dd"]
    twice = len(rows) - len({row["external_id"] for row in rows})
    check("raw register, rows refused", taken["refused"] >= twice + len(no_day) > 0, True)
    check("raw register, every row is told", taken["created"] + taken["refused"], len(rows))
    check("raw register, few rows are refused", taken["refused"] <= len(rows) // 50, True)


def on_day(lines: Iterable[Mapping[str, str]], who: str, first: str, last: str, day: date) -> set[str]:
    """Return who was there at the end of a day."""
    return {
        line[who]
        for line in lines
        if (line[first] or "") <= day.isoformat() and day.isoformat() < (line[last] or "9999")
    }


def month_ends(first: date, last: date) -> Iterator[date]:
    """Yield the last day of every month of a span."""
    day = first
    while day <= last:
        following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
        yield following - timedelta(days=1)
        day = following


def check_months(scratch: Scratch, name: str, days: Sequence[date]) -> None:
    """Check that the measures are worked out and the pages render on every one of these days."""
    made = scratch.flask("init", "--email", EMAIL, "--password-stdin", given=PASSWORD + "\n")
    check(f"{name}, an administrator by command", made.returncode, 0)
    app = create_app(load_config(scratch.settings))
    app.config.update(WTF_CSRF_ENABLED=False)
    with app.app_context():
        undefined = [day for day in days if measures_on(db.session, day)["coverage"]["coverage"] is None]
        db.session.rollback()
    check(f"{name}, coverage and momentum on {len(days)} month ends", undefined, [])
    client = app.test_client()
    client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
    for page in PAGES:
        started = time.perf_counter()
        wrong = [
            (day.isoformat(), answer) for day in days if (answer := status(client, page.format(day))) != "200"
        ]
        seconds = time.perf_counter() - started
        check(f"{name}, {page.format('…')} on {len(days)} month ends ({seconds:.0f} s)", wrong, [])


def status(client: FlaskClient, path: str) -> str:
    """Return how a page answers."""
    try:
        answer = client.get(path)
    except Exception as error:  # noqa: BLE001 (whatever a page raises is what this check is for)
        return f"{type(error).__name__}: {error}"
    return str(answer.status_code)


def main(folder: Path) -> int:
    """Run every check on a folder of registers."""
    kubernetes, gitlab = folder / "kubernetes_keps", folder / "gitlab_working_groups"
    with tempfile.TemporaryDirectory(prefix="registers-") as scratch:
        first = Scratch(Path(scratch) / "kubernetes")
        check_register(first, "Kubernetes", kubernetes, date(2026, 7, 24))
        check_months(first, "Kubernetes", list(month_ends(date(2016, 12, 1), date(2026, 6, 30))))
        second = Scratch(Path(scratch) / "gitlab")
        check_register(second, "GitLab", gitlab, date(2026, 7, 24))
        check_months(second, "GitLab", list(month_ends(date(2019, 1, 1), date(2025, 12, 31))))
        check_snapshots(Scratch(Path(scratch) / "snapshots"), kubernetes / "snapshots")
        check_raw(Scratch(Path(scratch) / "raw"), kubernetes)
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Usage: registers.py FOLDER")
    sys.exit(main(Path(sys.argv[1])))
