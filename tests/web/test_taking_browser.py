"""What is taken along, in a real browser without a network: the file plays from disk, the picture stands by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine

from tests.factories import Cast, Register
from tests.web.browsers import NEEDS_BROWSER, browser_of, days_ago, violations
from tracker import clock
from tracker.exchange.lettering import STRONG, width_of
from tracker.exchange.picture import SENTENCE

pytestmark = NEEDS_BROWSER

#: What the browser says of the policy, and which letters it drew with.
REPORTS = """window.reports = []; addEventListener('securitypolicyviolation', event => reports.push(event.effectiveDirective));"""
LETTERS = "document.fonts.ready.then(() => [...document.fonts].map(font => font.family + ' ' + font.status))"


@pytest.fixture
def files(app: Flask, engine: Engine, cast: Cast, register: Register, tmp_path: Path) -> Path:
    """A folder with the file that plays and the picture, of a register in which two years happened."""
    departments = register.departments("Claims", "Legal", "Sales", "People")
    for at in range(20):
        home = register.initiative(
            f"Pilot {at}", departments[at % 4], departments[(at + 1) % 4], start=days_ago(600 - 25 * at)
        )
        register.moment(home, days_ago(560 - 25 * at), title=f"Win {at}")
    alice = browser_of(app, engine, cast.alice)
    for name in ("story.html", "picture.svg"):
        (tmp_path / name).write_bytes(alice.get(f"/momentum/{name}").data)
    return tmp_path


def test_the_file_plays_from_disk_with_the_network_cut(browser: Browser, files: Path) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 810})
    context.set_offline(True)
    page, faults, asked = context.new_page(), list[str](), list[str]()
    page.add_init_script(REPORTS)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((files / "story.html").as_uri())

    month, today = page.locator("#stage-month"), clock.today()
    expect(month).to_contain_text(f"{today.day} ")
    assert page.evaluate(LETTERS) == ["Archivo loaded"]
    last = page.locator("#stage-number").inner_text()
    page.keyboard.press("Home")
    expect(page.locator("#stage-number")).not_to_have_text(last)
    first = month.inner_text()
    page.keyboard.press("Space")
    expect(month).not_to_have_text(first)
    page.keyboard.press("Space")
    expect(page.locator("#stage-said")).not_to_be_empty()
    page.keyboard.press("t")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.keyboard.press("End")
    expect(page.locator("#stage-number")).to_have_text(last)
    page.locator("#months").scroll_into_view_if_needed()
    assert (
        page.locator("#months tbody tr").count()
        == page.evaluate("Number(document.getElementById('stage-scrub').max)") + 1
    )

    assert violations(page) == []
    assert page.evaluate("reports") == []
    assert (faults, asked) == ([], [(files / "story.html").as_uri()])
    context.close()


def test_the_file_refuses_what_is_put_into_it_afterwards(browser: Browser, files: Path) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(REPORTS)
    page.goto((files / "story.html").as_uri())
    page.evaluate("""() => {
        const script = document.createElement('script'); script.textContent = 'window.ran = true'; document.body.append(script);
        const image = document.createElement('img'); image.src = 'https://example.org/a.png'; document.body.append(image); }""")
    page.wait_for_function("reports.length >= 2")
    assert page.evaluate("[window.ran, ...reports]") == [None, "script-src-elem", "img-src"]
    context.close()


def test_a_picture_is_drawn_in_its_own_letters_where_it_is_put(browser: Browser, files: Path) -> None:
    """As an image a picture may load nothing, so the letters are those inside it; no machine has this typeface."""
    whole = (files / "picture.svg").read_text(encoding="utf-8").replace("Archivo", "Nowhere")
    (files / "whole.svg").write_text(whole, encoding="utf-8")
    (files / "bare.svg").write_text(whole.replace("data:font/woff2", "data:none"), encoding="utf-8")
    (files / "page.html").write_text(
        '<body style="margin:0"><img src="whole.svg"><img src="bare.svg">', encoding="utf-8"
    )
    context = browser.new_context(viewport={"width": 1920, "height": 2200})
    page = context.new_page()
    page.goto((files / "page.html").as_uri())
    assert page.evaluate("[...document.images].map(each => each.naturalWidth)") == [1920, 1920]
    seen = [page.locator("img").nth(at).screenshot() for at in range(2)]
    assert seen[0] != seen[1]

    page.goto((files / "whole.svg").as_uri())
    assert page.evaluate("document.fonts.ready.then(() => [...document.fonts].map(font => font.status))") == [
        "loaded"
    ]
    wide = "[...document.querySelectorAll('svg > text')].map(each => [each.textContent, each.getComputedTextLength()])"
    sentence = next(each for each in page.evaluate(wide) if each[0].startswith("of 6 "))
    assert sentence[1] == pytest.approx(width_of(sentence[0], STRONG, SENTENCE), rel=0.01)
    context.close()
