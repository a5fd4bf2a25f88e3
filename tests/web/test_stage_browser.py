"""The stage in a real browser: it plays, by hand and by key, exactly both ways, without a jerk, for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from statistics import median
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from tests.factories import Cast, Register
from tests.signing import sign_in
from tests.web.browsers import NEEDS_BROWSER, RULES, days_ago, served
from tracker import clock

PLACES = "[...document.querySelectorAll('.node')].map(node => [node.id, node.getAttribute('transform')])"
#: All that is drawn of ties and batons, as the browser has it.
PICTURE = """[...document.querySelectorAll('#stage-ties path, #stage-batons *, .node circle, #stage-dot, #stage-rail')]
    .map(each => each.getAttribute('visibility') === 'hidden' ? 'hidden' : each.outerHTML)"""
SCRUB = """time => { const scrub = document.getElementById('stage-scrub');
    scrub.value = time; scrub.dispatchEvent(new Event('input')); }"""
#: Frames while it plays: the milliseconds from one to the next.
FRAMES = """() => new Promise(done => {
    const found = []; let last = performance.now();
    const next = now => { found.push(now - last); last = now; found.length < 120 ? requestAnimationFrame(next) : done(found); };
    requestAnimationFrame(next); })"""
#: What one picture costs, over two hundred of them across the film.
COST = """() => {
    const scrub = document.getElementById('stage-scrub'), last = Number(scrub.max), begun = performance.now();
    for (let at = 0; at < 200; at++) { scrub.value = last * at / 200; scrub.dispatchEvent(new Event('input')); }
    return (performance.now() - begun) / 200; }"""
SIXTY_A_SECOND = 1000 / 60

pytestmark = NEEDS_BROWSER


class Visit:
    """Alice's browser on the running application; every fault of a script or of the policy fails the test."""

    def __init__(self, browser: Browser, address: str, cookie: str) -> None:
        self.browser, self.address, self.cookie = browser, address, cookie
        self.faults: list[str] = []

    def open(
        self, path: str = "/stage", *, theme: str = "dark", size: tuple[int, int] = (1440, 810), **how: Any
    ) -> Page:
        """Open a page in a context of its own."""
        context = self.browser.new_context(viewport={"width": size[0], "height": size[1]}, **how)
        for name, value in (("tracker-session", self.cookie), ("theme", theme)):
            context.add_cookies([{"name": name, "value": value, "url": self.address}])
        context.on("weberror", lambda error: self.faults.append(str(error.error)))
        context.on("console", lambda line: self.faults.append(line.text) if line.type == "error" else None)
        page = context.new_page()
        page.goto(self.address + path)
        if how.get("java_script_enabled", True) and page.locator("#stage-play").count():
            expect(page.locator("#stage-play")).to_be_enabled()
        return page


@pytest.fixture
def visit(browser: Browser, app: Flask, engine: Engine, cast: Cast, register: Register) -> Iterator[Visit]:
    """Eighteen departments and two years of pilots that come and go, behind a real port."""
    draw = Random(3)
    departments = [register.department(f"Department {at}", track_position=at) for at in range(18)]
    for at in range(40):
        start = days_ago(700 - 16 * at)
        ended = start + timedelta(draw.randrange(30, 300))
        home = register.initiative(
            f"Pilot {at}",
            *draw.sample(departments, draw.randint(2, 4)),
            start=start,
            ended_on=ended if ended < clock.today() else None,
        )
        register.moment(home, start + timedelta(9), title=f"Win {at}")
        register.moment(home, start + timedelta(12), "near_miss", lesson=f"Ask {at}", ok_to_show=True)
    client = app.test_client()
    sign_in(client, engine, cast.alice.user_id)
    cookie = client.get_cookie("tracker-session")
    assert cookie is not None
    with served(app) as address:
        found = Visit(browser, address, cookie.value)
        yield found
        for context in browser.contexts:
            context.close()
    assert found.faults == []


def month_of(page: Page) -> float:
    return float(page.locator("#stage-scrub").input_value())


def test_it_plays_to_the_end_of_the_film_and_no_node_moves(visit: Visit) -> None:
    page = visit.open()
    before, newest = page.evaluate(PLACES), page.locator("#stage-month").inner_text()
    page.evaluate(SCRUB, month_of(page) - 2)
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    expect(page.locator("#stage-month")).to_have_text(newest)
    assert page.evaluate(PLACES) == before
    assert len(before) == 18


def test_a_time_looks_the_same_from_either_side(visit: Visit) -> None:
    page = visit.open()
    last = month_of(page)
    times = [last * share / 17 for share in range(17)]
    forwards = {}
    for time in times:
        page.evaluate(SCRUB, time)
        forwards[time] = page.evaluate(PICTURE)
    for time in reversed(times):
        page.evaluate(SCRUB, time)
        assert page.evaluate(PICTURE) == forwards[time]
    assert len({str(each) for each in forwards.values()}) == len(times)


def test_a_month_of_the_film_is_the_picture_that_the_server_drew(visit: Visit) -> None:
    page = visit.open()
    page.keyboard.press("Home")
    for _ in range(9):
        page.keyboard.press("ArrowRight")
    ties = """[...document.querySelectorAll('#stage-ties path')]
        .filter(tie => tie.getAttribute('visibility') !== 'hidden')
        .map(tie => [tie.getAttribute('d'), tie.classList.contains('quiet'), tie.classList.contains('open'),
            Number(tie.getAttribute('stroke-width') ?? 0).toFixed(1)]).map(String).sort()"""
    nodes = """[...document.querySelectorAll('.node:not(.closed) .body')].map(body => Number(body.getAttribute('r')))"""
    words = "['month', 'number', 'sentence', 'caption'].map(name => document.getElementById('stage-' + name).textContent)"
    drawn = page.evaluate(ties), page.evaluate(nodes), page.evaluate(words)
    still = visit.open("/stage?on=" + page.url.rpartition("on=")[2], java_script_enabled=False)
    assert (still.evaluate(ties), still.evaluate(nodes), still.evaluate(words)) == drawn


def test_the_whole_journey_goes_by_keyboard(visit: Visit) -> None:
    page = visit.open()
    last, month = month_of(page), page.locator("#stage-month")
    newest = month.inner_text()
    page.keyboard.press("ArrowLeft")
    expect(month).not_to_have_text(newest)
    expect(page.locator("#stage-said")).to_contain_text(month.inner_text())
    assert "on=" in page.url
    page.keyboard.press("Home")
    assert month_of(page) == 0
    page.keyboard.press("Shift+ArrowRight")
    flags = page.eval_on_selector_all("[data-flag]", "all => all.map(flag => Number(flag.dataset.flag))")
    assert month_of(page) == min(flags)
    page.keyboard.press("End")
    assert month_of(page) == last
    page.keyboard.press("Shift+ArrowLeft")
    assert month_of(page) == max(flag for flag in flags if flag < last)
    page.locator("#stage-scrub").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("PageDown")
    assert month_of(page).is_integer()
    page.keyboard.press("t")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.keyboard.press("f")
    expect(page.locator("html:fullscreen")).to_have_count(1)
    page.keyboard.press("a")
    page.wait_for_url("**/momentum/table?on=*")


def test_nothing_is_spoken_while_it_plays_and_the_month_when_it_stands(visit: Visit) -> None:
    page = visit.open("/stage?on=" + days_ago(400).isoformat())
    page.get_by_role("button", name="Play").click()
    expect(page.locator("#stage-said")).to_be_empty()
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("#stage-said")).to_contain_text("of 153 department pairs")


def test_a_drag_on_the_chart_runs_through_the_months_and_ends_on_one(visit: Visit) -> None:
    page = visit.open()
    box = page.locator("#stage-chart").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.43, box["y"] + 60, steps=7)
    between = month_of(page)
    page.mouse.up()
    assert not between.is_integer()
    assert month_of(page) == round(between)


def test_a_baton_arrives_on_the_day_of_its_moment(visit: Visit) -> None:
    page = visit.open()
    found = page.evaluate("""async () => {
        const { dataset } = document.getElementById('stage-screen');
        const { read, pose, along } = await import(dataset.pose);
        const film = read(await (await fetch(dataset.film)).json());
        return film.batons.map((baton, at) => {
            const see = time => pose(film, time).batons[at];
            const [x, y] = along(film.ties[baton.tie].bend, baton.back ? 1 - (baton.near ? .56 : .84) : (baton.near ? .56 : .84));
            const there = see(baton.when);
            return [baton.behind, see(baton.when - .95), see(baton.when + .6), Math.hypot(there.x - x, there.y - y), baton.near, see(baton.when + .1).ring];
        }); }""")
    assert len(found) > 50
    for behind, before, after, distance, near, ring in found:
        assert before is None
        assert after is None
        assert behind or distance < 0.01
        assert (ring > 0) == (not near)


def test_reduced_motion_shows_whole_months_only(visit: Visit) -> None:
    page = visit.open("/stage?on=" + days_ago(200).isoformat(), reduced_motion="reduce")
    page.keyboard.press("Home")
    page.evaluate("""() => { window.seen = new Set();
        const look = () => { window.seen.add(document.getElementById('stage-scrub').value); requestAnimationFrame(look); }; look(); }""")
    page.keyboard.press("Space")
    page.wait_for_timeout(3000)
    page.keyboard.press("Space")
    seen = page.evaluate("[...window.seen]")
    assert len(seen) >= 2
    assert all(float(each).is_integer() for each in seen)
    assert page.locator(".pulse[visibility=visible]").count() == 0


def test_it_plays_without_a_jerk(visit: Visit) -> None:
    page = visit.open()
    assert page.evaluate(COST) < SIXTY_A_SECOND / 2
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    frames = page.evaluate(FRAMES)
    assert median(frames) < 2 * SIXTY_A_SECOND


def test_the_pointer_hides_while_nobody_moves_it(visit: Visit) -> None:
    page = visit.open()
    page.mouse.move(300, 300)
    pointer = "getComputedStyle(document.querySelector('.film .headline')).cursor"
    assert page.evaluate(pointer) != "none"
    expect(page.locator("body.idle")).to_have_count(1)
    assert page.evaluate(pointer) == "none"
    page.mouse.move(340, 300)
    expect(page.locator("body.idle")).to_have_count(0)


def test_the_second_window_follows_the_stage_and_leads_it(visit: Visit) -> None:
    page = visit.open()
    with page.context.expect_page() as opened:
        page.keyboard.press("s")
    notes = opened.value
    expect(notes.locator("#notes-link")).to_have_text("The stage stands still.")
    expect(notes.locator("#notes-clock")).not_to_be_empty()
    page.keyboard.press("ArrowLeft")
    expect(notes.locator("#notes-month")).to_have_text(page.locator("#stage-month").inner_text())
    expect(notes.locator("#notes-said")).to_contain_text(page.locator("#stage-caption").inner_text())
    expect(notes.locator("#notes-next")).to_contain_text("work together")
    notes.get_by_role("button", name="Month before").click()
    expect(page.locator("#stage-month")).to_have_text(notes.locator("#notes-month").inner_text())
    notes.get_by_role("button", name="Play or pause").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(notes.locator("#notes-link")).to_have_text("The stage plays.")


def test_a_film_that_does_not_arrive_says_what_to_do(visit: Visit) -> None:
    context = visit.browser.new_context()
    context.add_cookies([{"name": "tracker-session", "value": visit.cookie, "url": visit.address}])
    page = context.new_page()
    page.route("**/stage/data?*", lambda route: route.abort())
    page.goto(visit.address + "/stage")
    expect(page.locator("#problem")).to_contain_text("reload the page")
    expect(page.locator("#stage-play")).to_be_disabled()


def test_it_can_be_played_within_a_second(visit: Visit) -> None:
    ready = []
    for _ in range(4):
        page = visit.open()
        ready.append(page.evaluate("performance.getEntriesByName('stage ready')[0].startTime"))
    assert min(ready) < 1000


@pytest.mark.parametrize("size", [(1024, 768), (1440, 810), (3840, 2160)])
def test_everything_fits_the_screen(visit: Visit, size: tuple[int, int]) -> None:
    page = visit.open(size=size)
    page.evaluate("document.fonts.ready.then(() => 0)")
    assert page.evaluate(
        "[document.documentElement.scrollHeight - innerHeight, document.documentElement.scrollWidth - innerWidth]"
    ) == [0, 0]
    wide = "[...document.querySelectorAll('.bar, .head, .timeline')].map(part => part.scrollWidth - part.clientWidth)"
    assert max(page.evaluate(wide)) <= 0


@pytest.mark.parametrize("path", ["/stage", "/stage/notes"])
@pytest.mark.parametrize(
    ("size", "theme"), [((390, 844), "light"), ((1440, 810), "dark"), ((1440, 810), "light")]
)
def test_it_is_accessible(visit: Visit, path: str, size: tuple[int, int], theme: str) -> None:
    page = visit.open(path, size=size, theme=theme)
    page.evaluate("document.fonts.ready.then(() => 0)")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    found = Axe().run(page, options={"runOnly": list(RULES)}).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:90]) for one in found] == []
