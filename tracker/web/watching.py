"""``/metrics``: what was counted and timed, for a monitoring system; and the counting of requests."""

from __future__ import annotations

import hmac
import time

from flask import Blueprint, Flask, Response, current_app, g, request, request_finished, request_started
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from tracker import watching
from tracker.config import Config
from tracker.graph.keeping import listeners
from tracker.services import policies
from tracker.web.security import SAFE_METHODS, is_cross_site
from tracker.web.sessions import current_actor_or_none

blueprint = Blueprint("watching", __name__)


@blueprint.get("/metrics")
def metrics() -> Response:
    """Answer with what was counted and timed, as Prometheus reads it, to whoever has the token or administers."""
    if not _has_token():
        actor = current_actor_or_none()
        if actor is None:
            raise Unauthorized(
                "Send the token of TRACKER_METRICS_TOKEN, or sign in as an administrator.",
                www_authenticate=WWWAuthenticate("bearer"),
            )
        policies.require(actor, "administer")
    return Response(watching.document(), content_type=watching.CONTENT_TYPE)


def init_app(app: Flask) -> None:
    """Time every request of an application from its very beginning, count its answer, and time what it works out."""
    if watching.count_work not in listeners:
        listeners.append(watching.count_work)
    request_started.connect(_begin, app)
    request_finished.connect(_count, app)


def _has_token() -> bool:
    config: Config = current_app.config["TRACKER"]
    sent = request.authorization
    if not config.metrics_token or sent is None or sent.type != "bearer":
        return False
    return hmac.compare_digest((sent.token or "").encode(), config.metrics_token.encode())


def _begin(_app: Flask) -> None:
    g.begun = time.perf_counter()


def _count(_app: Flask, response: Response) -> None:
    status, method = response.status_code, request.method
    watching.count_request(request.endpoint, method, status, time.perf_counter() - g.begun)
    if status >= 400:
        is_foreign = status == 403 and method not in SAFE_METHODS and is_cross_site()
        watching.count_refusal("cross_site" if is_foreign else watching.REFUSALS.get(status, "failed"))
