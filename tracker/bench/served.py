"""How fast pages come from the real server: gunicorn on a database in WAL mode, signed in, under load and alone."""

from __future__ import annotations

import os
import platform
import re
import secrets
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from flask_migrate import upgrade

from tracker.app import create_app
from tracker.bench.loading import CONNECTIONS, latency, load, tool
from tracker.bench.office import fill_office, typical_initiative
from tracker.bench.portfolios import Case
from tracker.bench.server import OPTIONS, WORKERS, Browser, Server, client, serving
from tracker.bench.timing import Result, percentiles, say
from tracker.config import load_config
from tracker.extensions import db
from tracker.models.accounts import User
from tracker.models.engines import BUSY_SECONDS, journal_mode, sqlite_driver
from tracker.services.actors import command_actor
from tracker.services.passwords import hash_password
from tracker.services.writing import open_write
from tracker.version import VERSION

OFFICE = Case("pages", 50, 10_000, 60)
SECONDS = 10
#: Single requests of each page, forms that are sent, and saves before each page.
ALONE, CREATED, SAVES = 60, 40, 10
EMAIL = "bench@example.org"
ACCEPTED = "br, gzip"
ASSETS = re.compile(rb'(?:href|src)="(/static/[^"]+\.(?:css|js|svg)[^"]*)"')


@dataclass(frozen=True, slots=True)
class Target:
    """What is measured under load: its name, its address, and the rate to reach, 0 for none."""

    name: str
    address: str
    least: int = 0


def measure_served(case: Case, today: date, seconds: float) -> Result:
    """Fill an office, start the server, sign in, and measure each page under load, alone and after a save."""
    say(
        f"Pages: {case.departments} departments in {case.divisions} divisions, {case.initiatives:,} initiatives"
    )
    with TemporaryDirectory(prefix="tracker-bench-") as scratch:
        folder = Path(scratch)
        database = f"sqlite:///{folder / 'bench.db'}"
        app = create_app(load_config({"TRACKER_INSTANCE": scratch, "TRACKER_DATABASE_URL": database}))
        counts, password, record, lines = _fill(app, case, today)
        with serving(folder, database) as server:
            browser = Browser(server.port)
            browser.sign_in(EMAIL, password)
            found: Result = {"settings": _settings(counts | {"history_of_the_record": lines}, seconds)}
            found["first_visit"] = _first_visit(browser)
            targets = _targets(record)
            found["pages"] = {each.name: _measure(server, browser, each, seconds) for each in targets}
            form = _Form(browser, today)
            found["create"] = {
                "alone_ms": percentiles([form.send() for _ in range(CREATED)]),
                "to_stay_under_ms": 7,
                "forms": CREATED,
            }
            for each in targets:
                found["pages"][each.name]["after_a_save_ms"] = _after_a_save(browser, form, each)
    return found


def table(found: Result) -> str:
    """Return the result as people read it: one line a page, then the form and the first visit."""
    head = (
        "",
        "requests/s",
        "to reach",
        "compressed",
        "alone ms",
        "p95",
        "after a save ms",
        "server ms",
        "kB",
    )
    rows = [
        (
            name,
            each["requests_per_second"],
            each.get("to_reach", ""),
            each["compressed_requests_per_second"],
            each["alone_ms"]["p50"],
            each["alone_ms"]["p95"],
            each["after_a_save_ms"]["p50"],
            each.get("processor_ms", ""),
            each["kilobytes"],
        )
        for name, each in found["pages"].items()
    ]
    create, visit = found["create"]["alone_ms"], found["first_visit"]
    lines = [f"{row[0]:<14}" + "".join(f"{cell!s:>16}" for cell in row[1:]) for row in (head, *rows)]
    return "\n".join(
        [
            *lines,
            f"Create by form: {create['p50']} ms, p95 {create['p95']} ms (to stay under {found['create']['to_stay_under_ms']}).",
            f"First visit: {visit['kilobytes']} kB compressed, without the font (to stay under {visit['to_stay_under']}).",
            f"{found['settings']['loader']}, {CONNECTIONS} connections, {WORKERS} processes of the server.",
        ]
    )


def _targets(record: str) -> tuple[Target, ...]:
    return (
        Target("list", "/initiatives", 200),
        Target("list_filtered", "/initiatives?status=live&kind=pilot&sort=decide-by"),
        Target("record", f"/initiatives/{record}", 350),
        Target("home", "/", 150),
        Target("json_list", "/api/v1/initiatives", 900),
        Target("json_measures", "/api/v1/measures"),
    )


def _fill(app: Flask, case: Case, today: date) -> tuple[Result, str, str, int]:
    """Migrate and fill the database; return the counts, the password of its account and the record to open."""
    password = secrets.token_urlsafe(16)
    with app.app_context():
        upgrade()
        open_write(db.session, command_actor())
        somebody = User(email=EMAIL, name="Bench", role="office", password_hash=hash_password(password))
        db.session.add(somebody)
        db.session.commit()
        counts = fill_office(db.session, case, today)
        record, lines = typical_initiative(db.session)
        db.session.remove()
        db.engine.dispose()
    return counts, password, record, lines


def _settings(counts: Result, seconds: float) -> Result:
    """Return everything that one needs to repeat this."""
    return {
        "version": VERSION,
        "python": platform.python_version(),
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "server": ["gunicorn", *OPTIONS],
        "workers": WORKERS,
        "versions": {name: version(name) for name in ("gunicorn", "flask", "jinja2", "sqlalchemy")},
        "sqlite": sqlite_driver.sqlite_version,
        "pragmas": {
            "journal_mode": journal_mode(),
            "synchronous": "FULL",
            "busy_timeout": BUSY_SECONDS * 1000,
        },
        "loader": tool(),
        "single_requests": client(),
        "connections": CONNECTIONS,
        "seconds": seconds,
        "accept_encoding": "none, as the loaders ask by themselves; “compressed” is the rate with br, gzip",
        "rows": counts,
    }


def _measure(server: Server, browser: Browser, target: Target, seconds: float) -> Result:
    """Measure one address: alone, then under load, plain and compressed."""
    say(f"  {target.name} {target.address}")
    alone = latency(browser, target.address, ALONE)
    used = server.processor_seconds()
    rate = load(browser, target.address, seconds)
    spent = server.processor_seconds()
    compressed = load(browser, target.address, seconds / 2, ACCEPTED)
    found: Result = {
        "address": target.address,
        "requests_per_second": round(rate, 1),
        "compressed_requests_per_second": round(compressed, 1),
        "alone_ms": alone,
        "kilobytes": round(len(browser.get(target.address).body) / 1000, 1),
    }
    if used is not None and spent is not None:
        found["processor_ms"] = round(1000 * (spent - used) / (rate * seconds), 2)
    if target.least:
        found["to_reach"] = target.least
    say(f"    {found['requests_per_second']}/s, {alone['p50']} ms")
    return found


class _Form:
    """The form that starts an initiative, as a browser opened it; it can be sent again and again."""

    def __init__(self, browser: Browser, today: date) -> None:
        self.browser, self.sent = browser, 0
        page = browser.get("/initiatives/new").body.decode()
        people = page.partition('name="lead"')[2]
        self.fields = {
            "kind": "pilot",
            "started_on": today.isoformat(),
            "departments": re.findall(r'name="departments"[^>]*value="([^"]+)"', page)[:2],
            "lead": re.findall(r'<option value="([^"]+)"', people)[:1],
        }

    def send(self) -> float:
        """Send it, and return the milliseconds until the redirect to the new page."""
        self.sent += 1
        answer = self.browser.post(
            "/initiatives/new", self.fields | {"title": f"Created by form {self.sent}"}
        )
        if answer.status != 303:
            raise RuntimeError(f"The form was answered {answer.status}, not by a redirect.")
        self.browser.get(answer.headers["Location"])  # as every browser does, which takes the message along
        return answer.took_ms


def _after_a_save(browser: Browser, form: _Form, target: Target) -> Result:
    """Return how long the first answer after a save takes, when nothing that was kept holds any more."""
    taken = []
    for _ in range(SAVES):
        form.send()
        taken.append(browser.get(target.address).took_ms)
    return percentiles(taken)


def _first_visit(browser: Browser) -> Result:
    """Return the bytes that a browser loads for home and an empty cache: page, styles and scripts, as compressed."""
    accepting = {"Accept-Encoding": ACCEPTED}
    page = browser.get("/", **accepting)
    names = sorted(set(ASSETS.findall(browser.get("/").body)))
    sizes = {name.decode(): len(browser.get(name.decode(), **accepting).body) for name in names}
    whole = len(page.body) + sum(sizes.values())
    return {
        "kilobytes": round(whole / 1000, 1),
        "to_stay_under": 60,
        "html": len(page.body),
        "files": sizes,
        "encoding": page.headers.get("Content-Encoding", "none"),
    }
