"""What every request must pass and every response carries."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.web.shell_app import make_app
from tracker.web.security import CONTENT_SECURITY_POLICY, is_local_path, local_path_or

ADDRESSES = [
    "/",
    "/nope",
    "/static/css/base.css",
    "/static/nope.css",
    "/fail/locked",
    "/fail/broken",
    "/%00",
    "/log",
]


@pytest.fixture
def alice() -> FlaskClient:
    """A browser with Alice signed in."""
    return make_app(csrf=False).test_client()


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_response_carries_the_headers(alice: FlaskClient, address: str) -> None:
    headers = alice.get(address, buffered=True).headers
    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_the_policy_allows_nothing_inline() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'none'; script-src 'self'; style-src 'self';")


def test_transport_security_is_promised_only_over_https(alice: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in alice.get("/").headers
    secure = alice.get("/", base_url="https://tracker.example")
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_pages_are_never_stored(alice: FlaskClient) -> None:
    for address in ("/", "/nope", "/fail/locked"):
        answer = alice.get(address)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Cookie" in answer.vary


def test_static_files_are_kept_for_a_year_under_a_name_that_changes_with_them(alice: FlaskClient) -> None:
    page = alice.get("/").text
    start = page.index("/static/css/base.css?v=")
    address = page[start : page.index('"', start)]
    answer = alice.get(address, buffered=True)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Origin": "http://localhost"}, 303),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
    ],
)
def test_a_write_from_another_site_is_refused(
    alice: FlaskClient, headers: dict[str, str], status: int
) -> None:
    assert alice.post("/saved", headers=headers).status_code == status


def test_reading_from_a_link_on_another_site_is_fine(alice: FlaskClient) -> None:
    assert alice.get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_a_form_without_its_token_is_refused_and_can_be_sent_again() -> None:
    alice = make_app().test_client()
    answer = alice.post("/saved", data={"title": "Night shift", "password": "hunter2 hunter2"})
    assert answer.status_code == 400
    assert "This form is out of date" in answer.text
    assert "Night shift" in answer.text
    assert "hunter2" not in answer.text
    token = answer.text.split('name="csrf_token" value="')[-1].split('"')[0]
    assert "Send again" in answer.text
    assert alice.post("/saved", data={"title": "Night shift", "csrf_token": token}).status_code == 303


def test_a_form_from_another_site_is_not_offered_to_be_sent_again() -> None:
    alice = make_app().test_client()
    answer = alice.post("/saved", data={"title": "Pay Mallory"}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "Pay Mallory" not in answer.text
    assert "Send again" not in answer.text


def test_the_token_of_a_page_is_accepted_in_a_header() -> None:
    alice = make_app().test_client()
    page = alice.get("/").text
    token = page.split('"X-CSRFToken": "')[1].split('"')[0]
    assert alice.post("/saved", headers={"X-CSRFToken": token}).status_code == 303


@pytest.mark.parametrize(
    "address",
    ["/?q=%00", "/?q=%ED%A0%80", "/?q=%FF", "/%00", "/?q=" + "x" * 70_000, "/" + "x" * 70_000],
)
def test_addresses_that_cannot_be_read_are_400(alice: FlaskClient, address: str) -> None:
    assert alice.get(address).status_code == 400


def test_a_path_that_is_not_utf_8_is_400(alice: FlaskClient) -> None:
    for path in ("/\xed\xa0\x80", "/\xff"):
        assert alice.get("/", environ_overrides={"PATH_INFO": path}).status_code == 400


def test_letters_of_any_language_are_fine_in_an_address(alice: FlaskClient) -> None:
    assert alice.get("/?q=caf%C3%A9+%F0%9F%8F%83+100%25").status_code == 200


@pytest.mark.parametrize(
    "target",
    ["", "//evil", "/\\evil", "https:evil", "\\\\evil", "/%09/evil", "/\t/evil", "javascript:alert(1)",
     "https:///evil", " //evil", "/a\nb", "/%0d%0aSet-Cookie:x", "moments", "/" + "x" * 5000],
)  # fmt: skip
def test_a_target_outside_this_site_is_not_followed(target: str) -> None:
    assert not is_local_path(target)
    assert local_path_or(target, "/") == "/"


@pytest.mark.parametrize("target", ["/", "/moments/7f3a", "/moments?q=a%20b&page=2", "/caf%C3%A9"])
def test_a_path_of_this_site_is_followed(target: str) -> None:
    assert local_path_or(target, "/") == target
