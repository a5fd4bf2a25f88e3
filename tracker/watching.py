"""What is counted and timed while the tracker runs, for a monitoring system such as Prometheus.

A label is a word of the program: the name of an endpoint, a status, one of the words here. Never what somebody
typed, never an address: their number is bounded, and they name no person and no record.

Several processes write into one folder, which ``gunicorn.conf.py`` makes; ``document`` then adds them up.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import Literal, Protocol

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Summary,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector

CONTENT_TYPE = CONTENT_TYPE_LATEST
#: Where several processes keep their numbers; prometheus-client reads it as it is imported.
FOLDER = "PROMETHEUS_MULTIPROC_DIR"

#: How the facts came: they were kept, another thread was reading them, only what changed was read, or everything.
How = Literal["unchanged", "waited", "caught_up", "rebuilt"]
SignIn = Literal["signed_in", "by_link", "refused", "too_many"]


class Sized(Protocol):
    """Facts of the register, of which only the number counts here."""

    @property
    def departments(self) -> Collection[object]:
        """Every department."""

    @property
    def initiatives(self) -> Collection[object]:
        """Every initiative."""

    @property
    def events(self) -> Collection[object]:
        """Every event."""


#: Upper limits in seconds.
READ_SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)
REQUEST_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
#: Methods by name; a client may send any word as its own.
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST"})
#: What a refusal is called by its status.
REFUSALS = {
    400: "unreadable",
    401: "signed_out",
    403: "forbidden",
    404: "not_found",
    405: "method",
    409: "stale",
    413: "too_large",
    422: "invalid",
    429: "too_many",
    503: "busy",
}

# When a counter began is of no use, and doubles the answer.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library leaves it without types
_registry = CollectorRegistry()

_reads = Histogram(
    "tracker_read_seconds",
    "Seconds until the facts of the register were at hand, by how they came: unchanged, waited, caught_up or rebuilt.",
    ["how"],
    buckets=READ_SECONDS,
    registry=_registry,
)
_work = Summary(
    "tracker_work_seconds",
    "Seconds until a measure was worked out, with what it rests on, by its name and how: anew or carried_over.",
    ["measure", "how"],
    registry=_registry,
)
_version = Gauge(
    "tracker_version",
    "The newest version of the register that was read.",
    registry=_registry,
    multiprocess_mode="livemostrecent",
)
_kept = Gauge(
    "tracker_kept_facts",
    "Records of the newest version that a process keeps, by what they are: departments, initiatives or events.",
    ["what"],
    registry=_registry,
    multiprocess_mode="livemostrecent",
)
_requests = Histogram(
    "tracker_request_seconds",
    "Seconds until a request was answered, by the name of its endpoint.",
    ["endpoint"],
    buckets=REQUEST_SECONDS,
    registry=_registry,
)
_answers = Counter(
    "tracker_requests",
    "Requests answered, by the name of their endpoint, their method and their status.",
    ["endpoint", "method", "status"],
    registry=_registry,
)
_refusals = Counter(
    "tracker_refused_requests",
    "Requests refused, by the reason.",
    ["reason"],
    registry=_registry,
)
_sign_ins = Counter(
    "tracker_sign_ins",
    "Tries to sign in, by how they ended: signed_in, by_link, refused or too_many.",
    ["outcome"],
    registry=_registry,
)
#: Every name under which numbers are given, with what it tells, as the README lists them.
MEANINGS = {
    each.name if each.type != "counter" else f"{each.name}_total": each.documentation
    for each in _registry.collect()
}


def count_read(how: How, seconds: float) -> None:
    """Note that the facts were at hand after so many seconds."""
    _reads.labels(how).observe(seconds)


def count_work(measure: str, is_carried: bool, seconds: float) -> None:  # noqa: FBT001 (as the graph tells it)
    """Note that a measure was worked out, anew or from what its predecessor had."""
    _work.labels(measure, "carried_over" if is_carried else "anew").observe(seconds)


def note_kept(version: int, portfolio: Sized) -> None:
    """Note the newest version that this process keeps, and how large it is."""
    _version.set(version)
    _kept.labels("departments").set(len(portfolio.departments))
    _kept.labels("initiatives").set(len(portfolio.initiatives))
    _kept.labels("events").set(len(portfolio.events))


def count_request(endpoint: str | None, method: str, status: int, seconds: float) -> None:
    """Note an answer; an address that leads nowhere has no endpoint."""
    name = endpoint or "none"
    _requests.labels(name).observe(seconds)
    _answers.labels(name, method if method in METHODS else "other", str(status)).inc()


def count_refusal(reason: str) -> None:
    """Note that a request was refused, for a reason of the program's own words."""
    _refusals.labels(reason).inc()


def count_sign_in(outcome: SignIn) -> None:
    """Note how a try to sign in ended."""
    _sign_ins.labels(outcome).inc()


def document() -> bytes:
    """Return all of it in the text format of Prometheus, of every process that shares the folder."""
    if not os.environ.get(FOLDER):
        return generate_latest(_registry)
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]  # as above
    return generate_latest(together)
