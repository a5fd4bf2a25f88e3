"""The application behind its real server, in processes of its own, and browsers that talk to it over HTTP."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import Engine

from tests.databases import SECRET
from tests.signing import sign_in

ROOT = Path(__file__).resolve().parents[1]
COOKIE = "tracker-session"
#: A server that is not there after so many seconds does not come.
START_SECONDS = 30
SERVERS = {
    "waitress": ("waitress", "--listen=127.0.0.1:{port}", "--threads=8"),
    "gunicorn": ("gunicorn", "--bind=127.0.0.1:{port}", "--workers=2", "--threads=4", "--no-control-socket"),
}
TOKEN = re.compile(r'"X-CSRFToken": "([^"]+)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and after how many seconds."""

    status: int
    headers: Mapping[str, str]
    text: str
    seconds: float


class Server:
    """One process of the application."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process, self.port = process, port

    def browser(self, cookie: str = "") -> Browser:
        """Return a browser on this server, with a session cookie."""
        return Browser(self.port, cookie)

    def kill(self) -> None:
        """End it as a crash would: at once, in whatever it is doing."""
        self.process.kill()
        self.process.wait()


class Browser:
    """A browser that keeps its cookie and the token of the forms."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.cookie, self.token = port, cookie, ""

    def get(self, address: str) -> Answer:
        """Open a page, and remember its token."""
        answer = self._send("GET", address)
        if found := TOKEN.search(answer.text):
            self.token = found[1]
        return answer

    def post(self, address: str, fields: Mapping[str, str | list[str]]) -> Answer:
        """Send a form with the token of the last page."""
        return self._send("POST", address, urlencode({**fields, "csrf_token": self.token}, doseq=True))

    def _send(self, method: str, address: str, body: str | None = None) -> Answer:
        headers = {"Cookie": f"{COOKIE}={self.cookie}", "Sec-Fetch-Site": "same-origin"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        begin = time.monotonic()
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            line.request(method, address, body, headers)
            came = line.getresponse()
            text = came.read().decode()
        finally:
            line.close()
        for each in came.headers.get_all("Set-Cookie") or []:
            if each.startswith(f"{COOKIE}="):
                self.cookie = each.split(";")[0].partition("=")[2]
        return Answer(came.status, dict(came.headers), text, time.monotonic() - begin)


@contextmanager
def serving(
    database: str, instance: Path, *, server: str = "waitress", settings: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Run the application on a database behind waitress, as ``run.py serve`` does; it is gone afterwards.

    Or behind two processes of gunicorn.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TRACKER_")} | {
        "TRACKER_DATABASE_URL": database,
        "TRACKER_SECRET_KEY": SECRET,
        "TRACKER_INSTANCE": str(instance),
        **(settings or {}),
    }
    command = [sys.executable, "-m", *(each.format(port=port) for each in SERVERS[server]), "wsgi:app"]
    with (instance / f"server-{port}.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            _wait_for(process, port)
            yield Server(process, port)
        finally:
            process.kill()
            process.wait()


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    last = time.monotonic() + START_SECONDS
    while time.monotonic() < last and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("The server did not start.")


def cookie_of(app: Flask, engine: Engine, user_id: int | None) -> str:
    """Sign an account in; return the cookie that its browser would hold."""
    client = app.test_client()
    sign_in(client, engine, user_id)
    held = client.get_cookie(COOKIE)
    if held is None:
        raise RuntimeError("Nobody was signed in.")
    return held.value
