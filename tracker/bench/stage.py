"""How the stage feels in a real browser: how soon it can be played, how its frames come, and how much it loads."""

from __future__ import annotations

import gzip
import json
import os
import platform
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from flask_migrate import upgrade

from tracker.app import create_app
from tracker.bench.filling import fill
from tracker.bench.portfolios import CASES, Case, organisation, work
from tracker.bench.server import ROOT, Browser, serving
from tracker.bench.timing import Result, percentiles, say
from tracker.config import load_config
from tracker.extensions import db
from tracker.models.accounts import User
from tracker.services.actors import command_actor
from tracker.services.passwords import hash_password
from tracker.services.writing import open_write
from tracker.version import VERSION

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Chromium
    from playwright.sync_api import BrowserContext, Page

#: The size that the stage is promised for, and the most departments that it shows one by one.
SIZES = (CASES["S"], Case("18", 18, 2_000, 60, divisions=1))
#: How often each size is opened with an empty cache, and for how many seconds it is played.
VISITS, PLAYED = 9, 20
EMAIL = "bench@example.org"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
#: A frame later than this has missed a refresh of the screen: one and a half of sixty a second.
LATE_MS = 25
SCRIPTS = ("stage.js", "pose.js")
READY = "performance.getEntriesByName('stage ready')[0]?.startTime ?? 0"
#: The milliseconds from one frame to the next while the film plays.
FRAMES = """seconds => new Promise(done => {
    const found = []; let last = 0, begun = 0;
    const next = now => {
        if (last) found.push(now - last); else begun = now;
        last = now;
        now - begun < seconds * 1000 ? requestAnimationFrame(next) : done(found);
    };
    requestAnimationFrame(next); })"""
#: What one picture costs the script, over two hundred of them across the film.
COST = """() => {
    const scrub = document.getElementById('stage-scrub'), last = Number(scrub.max), begun = performance.now();
    for (let at = 0; at < 200; at++) { scrub.value = last * at / 200; scrub.dispatchEvent(new Event('input')); }
    return (performance.now() - begun) / 200; }"""


def measure_stage(today: date) -> Result:
    """Measure each size in Chromium, from the real server on this machine.

    Raises
    ------
    RuntimeError
        Where Chromium or the packages of development are missing.
    """
    found: Result = {
        "version": VERSION,
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "sizes": {},
    }
    with _chromium() as chromium:
        found["chromium"] = chromium.version
        for case in SIZES:
            say(f"Stage {case.name}: {case.departments} departments, {case.initiatives:,} initiatives")
            found["sizes"][case.name] = _measure(chromium, case, today)
    return found


def table(found: Result) -> str:
    """Return the result as people read it: a line for each size."""
    lines = [
        f"{name:<4} {each['nodes']:>2} on the track, {each['months']} months: playable after {each['interactive_ms']['p50']:.0f} ms "
        f"(p95 {each['interactive_ms']['p95']:.0f}, first of all {each['first_ms']:.0f}; to stay under 1000); "
        f"{each['fps']:.1f} frames a second, from one to the next {each['frame_ms']['p50']:.1f} ms, p95 {each['frame_ms']['p95']:.1f}, "
        f"worst {each['worst_frame_ms']:.1f}, {each['late_frames']} of {each['frames']} late; a picture costs {each['draw_ms']:.2f} ms; "
        f"data {each['data_kb']} kB (under 30), script {each['script_kb']} kB (under 15), page {each['page_kb']} kB, compressed."
        for name, each in found["sizes"].items()
    ]
    return "\n".join([*lines, f"Chromium {found['chromium']}, {found['processors']} processors."])


@contextmanager
def _chromium() -> Iterator[Chromium]:
    """Start the browser of this machine."""
    path = shutil.which("chromium")
    if path is None:
        raise RuntimeError("No browser here. On Debian: sudo apt install chromium")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (only who measures in a browser has it)

    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


def _measure(chromium: Chromium, case: Case, today: date) -> Result:
    with TemporaryDirectory(prefix="tracker-bench-") as scratch:
        folder = Path(scratch)
        database = f"sqlite:///{folder / 'bench.db'}"
        password = _fill(folder, database, case, today)
        with serving(folder, database) as server:
            browser = Browser(server.port)
            browser.sign_in(EMAIL, password)
            address = f"http://127.0.0.1:{server.port}"
            found: Result = {"first_ms": _visit(chromium, browser, address)}
            ready = [_visit(chromium, browser, address) for _ in range(VISITS)]
            found |= {"interactive_ms": percentiles(ready), "visits": VISITS}
            found |= _bytes(browser) | _played(chromium, browser, address)
    return found


def _fill(folder: Path, database: str, case: Case, today: date) -> str:
    """Migrate and fill a database, and return the password of its account."""
    password = secrets.token_urlsafe(16)
    app = create_app(load_config({"TRACKER_INSTANCE": str(folder), "TRACKER_DATABASE_URL": database}))
    with app.app_context():
        upgrade()
        open_write(db.session, command_actor())
        db.session.add(User(email=EMAIL, name="Bench", role="office", password_hash=hash_password(password)))
        db.session.commit()
        fill(db.session, organisation(case), work(case, today), today)
        db.session.remove()
        db.engine.dispose()
    return password


@contextmanager
def _opened(chromium: Chromium, browser: Browser, address: str) -> Iterator[Page]:
    """Open the stage with an empty cache, signed in, and wait until it can be played."""
    context: BrowserContext = chromium.new_context(viewport={"width": 1920, "height": 1080})
    context.add_cookies(
        [{"name": name, "value": value, "url": address} for name, value in browser.cookies.items()]
    )
    page = context.new_page()
    page.goto(f"{address}/stage")
    page.wait_for_selector("#stage-play:enabled")
    yield page
    context.close()


def _visit(chromium: Chromium, browser: Browser, address: str) -> float:
    """Return the milliseconds from the click until the stage can be played."""
    with _opened(chromium, browser, address) as page:
        ready: float = page.evaluate(READY)
        return round(ready, 1)


def _bytes(browser: Browser) -> Result:
    """Return what the stage loads, compressed as it is sent, and how much it shows."""
    packed = browser.get("/stage/data", **{"Accept-Encoding": "gzip"}).body
    page = browser.get("/stage", **{"Accept-Encoding": "gzip"}).body
    script = b"".join((ROOT / "static" / "js" / name).read_bytes() for name in SCRIPTS)
    film = json.loads(gzip.decompress(packed))
    return {
        "data_kb": round(len(packed) / 1000, 1),
        "page_kb": round(len(page) / 1000, 1),
        "script_kb": round(len(gzip.compress(script)) / 1000, 1),
        "nodes": len(film["nodes"]),
        "ties": len(film["ties"]),
        "batons": len(film["batons"]),
        "months": len(film["months"]),
    }


def _played(chromium: Chromium, browser: Browser, address: str) -> Result:
    """Play the film from its first month, and return how its frames came."""
    with _opened(chromium, browser, address) as page:
        draw: float = page.evaluate(COST)
        page.keyboard.press("Home")
        time.sleep(1)  # what loading left to do is done
        page.keyboard.press("Space")
        frames: list[float] = page.evaluate(FRAMES, PLAYED)
    return {
        "fps": round(1000 * len(frames) / sum(frames), 1),
        "frames": len(frames),
        "frame_ms": percentiles(frames),
        "worst_frame_ms": round(max(frames), 1),
        "late_frames": sum(each > LATE_MS for each in frames),
        "draw_ms": round(draw, 3),
    }
