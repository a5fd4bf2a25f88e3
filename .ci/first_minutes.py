"""The office's first ten minutes, by its clock: clone, demo, their register, a win, a near miss, the graph, the next bridge.

Usage: .ci/first_minutes.py FOLDER, with gitlab_working_groups/ inside. Everything is done as a newcomer does it: by
the commands of the README and in a browser. Prints what the clock says at each step; exits 1 when one fails or ten
minutes were not enough.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
TEN_MINUTES = 10 * 60
OFFICE = "tom.achterberg@harbour.example"


class Clock:
    """The clock of the office, from the moment it begins to clone."""

    def __init__(self) -> None:
        self.begun = time.monotonic()

    def says(self, what: str) -> None:
        """Print the time at which something was done."""
        print(f"ok   {self.seconds // 60:.0f}:{self.seconds % 60:04.1f}  {what}", flush=True)

    @property
    def seconds(self) -> float:
        """The seconds since the office began."""
        return time.monotonic() - self.begun


@contextmanager
def demo(folder: Path, port: int) -> Iterator[str]:
    """Run the demo of a clone until its page answers; give the password that it prints."""
    log = folder / "demo.log"
    with log.open("wb") as out:
        command = [sys.executable, "run.py", "demo", "--port", str(port)]
        # The environment of these checks is not the newcomer's: the clone makes its own.
        environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
        process = subprocess.Popen(  # noqa: S603 (the command is our own)
            command, cwd=folder, stdout=out, stderr=out, env=environment, start_new_session=True
        )
        try:
            while True:
                said = log.read_text(errors="replace")
                if found := re.search(r"Sign in with the password (\S+) as", said):
                    with socket.socket() as asked:
                        if asked.connect_ex(("127.0.0.1", port)) == 0:
                            break
                if process.poll() is not None:
                    raise SystemExit(f"FAIL the demo ended:\n{said}")
                time.sleep(0.2)
            yield found[1]
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()


def log_moment(page: Page, title: str, *, lesson: str = "") -> None:
    """Log a win, or a near miss with its lesson, of two departments, from wherever one is."""
    page.keyboard.press("n")
    if lesson:
        page.get_by_text("Near miss", exact=True).click()
        page.get_by_label("What stopped it").fill(lesson)
    page.get_by_label("Title").fill(title)
    departments = page.get_by_role("combobox", name="Departments that took part")
    for name in ("Security", "Support"):
        departments.fill(name)
        departments.press("Enter")
    page.get_by_role("button", name="Log it").click()
    expect(page.locator("#said")).to_contain_text(title)


def first_minutes(page: Page, site: str, password: str, register: Path, clock: Clock) -> None:
    """Do what an office does first."""
    page.goto(f"{site}/sign-in")
    page.get_by_label("E-mail").fill(OFFICE)
    page.get_by_label("Password", exact=True).fill(password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("work together")
    clock.says("signed in, the sample stands")
    page.goto(f"{site}/import")
    page.locator("input[type=file]").set_input_files(register)
    page.locator("main form button[type=submit]").first.click()
    page.get_by_label("Leave the one refused row out").check()
    clock.says("the register has gone through its dry run")
    page.get_by_role("button", name="Import 105 rows").click()
    page.get_by_role("link", name="Play it on the stage").click(timeout=60_000)
    expect(page.get_by_role("button", name="Pause")).to_be_visible(timeout=60_000)
    expect(page.locator("#stage-screen")).to_contain_text("as recorded in the register")
    clock.says("the register is in and plays as a film")
    page.goto(f"{site}/moments")
    log_moment(page, "One queue for both")
    clock.says("a win is logged")
    log_moment(page, "Nobody at noon", lesson="Noon had nobody.")
    expect(page.locator("#moments-stream")).to_contain_text("Nobody at noon")
    clock.says("a near miss is logged with its lesson")
    page.goto(f"{site}/stage")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_enabled()
    expect(page.locator("#stage-ties path.tie")).not_to_have_count(0)
    clock.says("the graph stands on the stage")
    page.goto(f"{site}/next")
    page.get_by_role("link", name=re.compile("Start")).first.click()
    expect(page.get_by_label("Title", exact=True)).to_be_visible()
    expect(page.locator("main")).to_contain_text("Start an initiative")
    clock.says("the missing bridge can be started, filled in")


def main() -> int:
    """Go through the first ten minutes in a folder of their own."""
    register = Path(sys.argv[1]) / "gitlab_working_groups" / "initiatives.csv"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as scratch:
        clone, clock = Path(scratch) / "tracker", Clock()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)  # noqa: S603, S607 (git is there)
        clock.says("cloned")
        with demo(clone, port) as password, sync_playwright() as playwright:
            clock.says("the demo answers")
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            first_minutes(page, f"http://127.0.0.1:{port}", password, register, clock)
            browser.close()
    if clock.seconds > TEN_MINUTES:
        print("FAIL ten minutes were not enough")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
