"""Load on a server: by ``wrk`` where it is installed, else by a small loader of our own in a process of its own.

``python -m tracker.bench.loading PORT ADDRESS SECONDS`` is that loader; the cookie comes by standard input.
"""

from __future__ import annotations

import http.client
import json
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

from tracker.bench.server import Browser
from tracker.bench.timing import Result, percentiles

CONNECTIONS = 4
#: What wrk prints: requests a second, and how many answers were no success.
RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
REFUSED = re.compile(r"Non-2xx or 3xx responses:\s+(\d+)")


def tool() -> str:
    """Return which loader is used here, with the version where it says so."""
    wrk = shutil.which("wrk")
    if wrk is None:
        return "own loader, a process with 4 threads"
    said = subprocess.run([wrk, "--version"], capture_output=True, text=True, check=False).stdout
    return said.partition("[")[0].strip() or "wrk"


def load(browser: Browser, address: str, seconds: float, accept: str = "") -> float:
    """Return how many requests a second the server answers on four connections.

    Raises
    ------
    RuntimeError
        When an answer was no success: its speed says nothing.
    """
    wrk = shutil.which("wrk")
    if wrk is None:
        command = [sys.executable, "-m", "tracker.bench.loading", str(browser.port), address, str(seconds)]
        given = json.dumps({"Cookie": browser.cookie, **_accepting(accept)})
    else:
        url, given = f"http://127.0.0.1:{browser.port}{address}", ""
        command = [
            wrk,
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{max(1, round(seconds))}s",
            "-H",
            f"Cookie: {browser.cookie}",
        ]
        command += [part for name, value in _accepting(accept).items() for part in ("-H", f"{name}: {value}")]
        command.append(url)
    said = subprocess.run(command, input=given, capture_output=True, text=True, check=True).stdout
    if refused := REFUSED.search(said):
        raise RuntimeError(f"{address}: {refused[1]} answers were no success.")
    found = RATE.search(said)
    if found is None:
        raise RuntimeError(f"The loader said no rate:\n{said}")
    return float(found[1])


def latency(browser: Browser, address: str, times: int) -> Result:
    """Return how long single answers take, in milliseconds, from the connection on to the last byte."""
    taken = []
    for _ in range(times):
        answer = browser.get(address)
        taken.append(answer.took_ms)
        if answer.status != 200:
            raise RuntimeError(f"{address} answered {answer.status}.")
    return percentiles(taken)


def _accepting(accept: str) -> dict[str, str]:
    return {"Accept-Encoding": accept} if accept else {}


def main(arguments: Sequence[str]) -> int:
    """Load a server from this process, and say the rate in the words of wrk."""
    port, address, seconds = int(arguments[0]), arguments[1], float(arguments[2])
    headers = json.loads(sys.stdin.read())
    counts, refused = [0] * CONNECTIONS, [0] * CONNECTIONS
    begin = time.perf_counter()
    threads = [
        threading.Thread(target=_ask, args=(port, address, headers, begin + seconds, counts, refused, at))
        for at in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"Requests/sec: {sum(counts) / (time.perf_counter() - begin):.2f}")
    if sum(refused):
        print(f"Non-2xx or 3xx responses: {sum(refused)}")
    return 0


def _ask(
    port: int,
    address: str,
    headers: dict[str, str],
    until: float,
    counts: list[int],
    refused: list[int],
    at: int,
) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while time.perf_counter() < until:
        line.request("GET", address, headers=headers)
        answer = line.getresponse()
        answer.read()
        counts[at] += 1
        refused[at] += not 200 <= answer.status < 400
    line.close()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
