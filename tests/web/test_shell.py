"""What surrounds every page: who is reading, where they may go, how it looks to them."""

from __future__ import annotations

import pytest
from flask import render_template_string

from tests.web.shell_app import LINKS, NAV, make_app
from tracker.web.shell import build_shell, initials


def test_the_header_names_the_organisation_and_where_one_is() -> None:
    page = make_app().test_client().get("/").text
    assert "<title>Moments · Harbour Mutual</title>" in page
    assert '<a href="/" aria-current="page">Home</a>' in page
    assert page.count('aria-current="page"') == 1
    for label, url in NAV:
        assert f'href="{url}"' in page
        assert f">{label}</a>" in page


def test_the_menu_signs_out_by_a_form() -> None:
    page = make_app().test_client().get("/").text
    assert '<form method="post" action="/sign-out">' in page
    assert "Alice Marsh" in page
    assert "Transformation office" in page


def test_a_visitor_sees_no_navigation() -> None:
    page = make_app(user=None).test_client().get("/").text
    assert "<nav" not in page
    assert "Sign out" not in page
    assert "data-key" not in page


def test_only_what_one_may_do_is_offered() -> None:
    shell = build_shell(organisation="H", path="/", links=LINKS, nav=NAV, user_name="Charlie", may=())
    app = make_app()
    with app.test_request_context("/"):
        page = render_template_string('{% extends "base.html" %}', shell=shell)
    assert "Administration" not in page
    assert 'data-key="n"' not in page
    assert "My account" in page


def test_the_sample_says_so_on_every_page() -> None:
    assert "This is the sample organisation." in make_app(sample=True).test_client().get("/nope").text
    assert "This is the sample organisation." not in make_app().test_client().get("/").text


@pytest.mark.parametrize(
    ("cookie", "attribute"),
    [(None, ""), ("dark", 'data-theme="dark"'), ("light", 'data-theme="light"'), ('"><script>', "")],
)
def test_the_theme_chosen_is_drawn_by_the_server(cookie: str | None, attribute: str) -> None:
    browser = make_app().test_client()
    if cookie:
        browser.set_cookie("theme", cookie)
    head = browser.get("/").text.split("<head>")[0]
    assert ("data-theme" in head) is bool(attribute)
    assert attribute in head


def test_a_stage_begins_dark_and_still_obeys_a_choice() -> None:
    app = make_app()
    stage = '{% extends "base.html" %}{% set default_theme = "dark" %}'
    for theme, drawn in (("", "dark"), ("light", "light")):
        shell = build_shell(organisation="H", path="/", links=LINKS, theme_cookie=theme)
        with app.test_request_context("/"):
            assert f'data-theme="{drawn}"' in render_template_string(stage, shell=shell)


def test_keys_can_be_switched_off() -> None:
    browser = make_app().test_client()
    assert "data-keys" not in browser.get("/").text.split("<dialog")[0].replace("data-keys-open", "")
    browser.set_cookie("keys", "off")
    assert '<body hx-headers:inherited=\'{"X-CSRFToken": "' in browser.get("/").text
    assert 'data-keys="off"' in browser.get("/").text


def test_names_are_escaped_everywhere() -> None:
    page = make_app(user="<b>Bob</b>").test_client().get("/").text
    assert "<b>Bob" not in page


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Amara Osei", "AO"), ("@octo-cat", "O"), ("Mei", "M"), ("Ana Maria Silva", "AS"), ("!", "?")],
)
def test_initials_are_short(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_section_covers_the_pages_below_it() -> None:
    shell = build_shell(organisation="", path="/moments/7f3a", links=LINKS, nav=NAV, user_name="Bob")
    assert [link.label for link in shell.nav if link.current] == ["Moments"]
    assert shell.organisation == "Tracker"
