"""The stage in a real browser: it plays, by hand and by key, exactly both ways, without a jerk, for everybody."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Unpack

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.browsers import NEEDS_BROWSER, Options, Visit, days_ago, violations
from tests.web.filmed import Filmed, divisions, eighteen, filmed

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


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Filmed]:
    """Eighteen departments and two years of pilots that come and go, served for all tests here."""
    with filmed(sqlite_template, tmp_path_factory.mktemp("film"), eighteen) as found:
        yield found


@pytest.fixture
def visit(browser: Browser, house: Filmed) -> Iterator[Visit]:
    """Alice's browser; every fault of a script or of the policy fails the test."""
    with Visit(browser, house.address, cookie=house.cookie, theme="dark", width=1440) as found:
        yield found


def stage(visit: Visit, path: str = "/stage", **options: Unpack[Options]) -> Page:
    """Open the stage and wait until it can be played."""
    page = visit.open(path, **options)
    expect(page.locator("#stage-play")).to_be_enabled()
    return page


def month_of(page: Page) -> float:
    return float(page.locator("#stage-scrub").input_value())


def test_it_plays_to_the_end_of_the_film_and_no_node_moves(visit: Visit) -> None:
    page = stage(visit)
    before, newest = page.evaluate(PLACES), page.locator("#stage-month").inner_text()
    page.evaluate(SCRUB, month_of(page) - 1)
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    expect(page.locator("#stage-month")).to_have_text(newest)
    assert page.evaluate(PLACES) == before
    assert len(before) == 18


def test_a_time_looks_the_same_from_either_side(visit: Visit) -> None:
    page = stage(visit)
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
    page = stage(visit)
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
    still = visit.open("/stage?on=" + page.url.rpartition("on=")[2], scripts=False)
    assert (still.evaluate(ties), still.evaluate(nodes), still.evaluate(words)) == drawn


def test_the_whole_journey_goes_by_keyboard(visit: Visit) -> None:
    page = stage(visit)
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
    page = stage(visit, "/stage?on=" + days_ago(400).isoformat())
    page.get_by_role("button", name="Play").click()
    expect(page.locator("#stage-said")).to_be_empty()
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("#stage-said")).to_contain_text("of 153 department pairs")


def test_a_drag_on_the_chart_runs_through_the_months_and_ends_on_one(visit: Visit) -> None:
    page = stage(visit)
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
    page = stage(visit)
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
    page = stage(visit, "/stage?on=" + days_ago(200).isoformat(), calm=True)
    page.keyboard.press("Home")
    page.evaluate("""() => { window.seen = new Set();
        const look = () => { window.seen.add(document.getElementById('stage-scrub').value); requestAnimationFrame(look); }; look(); }""")
    page.keyboard.press("Space")
    page.wait_for_timeout(2000)
    page.keyboard.press("Space")
    seen = page.evaluate("[...window.seen]")
    assert len(seen) >= 2
    assert all(float(each).is_integer() for each in seen)
    assert page.locator(".pulse[visibility=visible]").count() == 0


def test_it_plays_without_a_jerk(visit: Visit) -> None:
    page = stage(visit)
    assert page.evaluate(COST) < SIXTY_A_SECOND / 2
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    frames = page.evaluate(FRAMES)
    assert median(frames) < 2 * SIXTY_A_SECOND


def test_the_pointer_hides_while_nobody_moves_it(visit: Visit) -> None:
    page = stage(visit)
    page.mouse.move(300, 300)
    pointer = "getComputedStyle(document.querySelector('.film .headline')).cursor"
    assert page.evaluate(pointer) != "none"
    expect(page.locator("body.idle")).to_have_count(1)
    assert page.evaluate(pointer) == "none"
    page.mouse.move(340, 300)
    expect(page.locator("body.idle")).to_have_count(0)


def test_the_second_window_follows_the_stage_and_leads_it(visit: Visit) -> None:
    page = stage(visit)
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
    page = visit.page()
    page.route("**/stage/data?*", lambda route: route.abort())
    visit.expected = ("ERR_FAILED",)
    page.goto(visit.address + "/stage")
    expect(page.locator("#problem")).to_contain_text("reload the page")
    expect(page.locator("#stage-play")).to_be_disabled()


def test_it_can_be_played_within_a_second(visit: Visit) -> None:
    ready = []
    for _ in range(3):
        page = stage(visit)
        ready.append(page.evaluate("performance.getEntriesByName('stage ready')[0].startTime"))
    assert min(ready) < 1000


def test_everything_fits_every_screen(visit: Visit) -> None:
    page = stage(visit)
    page.evaluate("document.fonts.ready.then(() => 0)")
    for width, height in ((1024, 768), (1440, 810), (1920, 1080), (3840, 2160)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(
            "[document.documentElement.scrollHeight - innerHeight, document.documentElement.scrollWidth - innerWidth]"
        ) == [0, 0], width
        wide = "[...document.querySelectorAll('.bar, .head, .timeline, .headline')].map(part => part.scrollWidth - part.clientWidth)"
        assert max(page.evaluate(wide)) <= 0, width
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("path", ["/stage", "/stage/notes"])
def test_it_is_accessible_in_both_themes_and_on_a_phone(visit: Visit, path: str) -> None:
    for width, theme in ((390, "light"), (1440, "dark")):
        page = visit.open(path, width=width, theme=theme)
        page.evaluate("document.fonts.ready.then(() => 0)")
        assert violations(page) == [], (width, theme)


def test_without_colours_a_win_and_a_near_miss_are_told_apart_by_their_shape(visit: Visit) -> None:
    page = stage(visit)
    page.set_viewport_size({"width": 3840, "height": 2160})
    page.evaluate("document.fonts.ready.then(() => 0)")
    win, near = (filled(page.locator(f"#stage-chart [data-flag] .{kind}").first) for kind in ("win", "near"))
    assert 0.72 < win < 0.85  # a circle fills pi/4 of its square
    assert 0.42 < near < 0.6  # a diamond fills half


def filled(mark: Locator) -> float:
    """Return how much of its own square a mark fills, as the screen shows it without colours."""
    grey = Image.open(io.BytesIO(mark.screenshot())).convert("L")
    least, most = grey.getextrema()
    return sum(shade > (least + most) / 2 for shade in grey.get_flattened_data()) / (grey.width * grey.height)


def test_in_forced_colours_everything_stands_out_from_the_ground_of_the_reader(visit: Visit) -> None:
    page = stage(visit)
    page.emulate_media(forced_colors="active")
    page.evaluate("document.fonts.ready.then(() => 0)")
    assert page.evaluate(UNSEEN, PARTS) == []


#: What has to be seen, and which of it has less contrast to its ground than marks need.
PARTS = """.big a, .sentence, .month, .tick, .node .body, .node .name, #stage-chart .win, #stage-chart .near, .line, .rail.on,
    .tie:not([visibility=hidden]), .flag text, .bar button, .bar .button, .bar .s, .bar .when-paused"""
UNSEEN = r"""parts => {
    const light = colour => colour.match(/[\d.]+/g).slice(0, 3)
        .map(part => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
    const ground = part => {
        const { backgroundColor } = getComputedStyle(part);
        return backgroundColor === 'rgba(0, 0, 0, 0)' ? ground(part.parentElement) : backgroundColor;
    };
    const contrast = (one, other) => { const [low, high] = [light(one), light(other)].sort((a, b) => a - b); return (high + 0.05) / (low + 0.05); };
    return [...document.querySelectorAll(parts)].filter(part => {
        const { color, fill, stroke } = getComputedStyle(part), drawn = part instanceof SVGElement ? [fill, stroke] : [color];
        return !drawn.some(each => each !== 'none' && contrast(each, ground(part)) >= 3);
    }).map(part => part.outerHTML.slice(0, 80)); }"""


def test_many_departments_roll_up_to_divisions_and_open_from_there(
    browser: Browser, tmp_path: Path, sqlite_template: Path
) -> None:
    with (
        filmed(sqlite_template, tmp_path, divisions) as found,
        Visit(browser, found.address, cookie=found.cookie, theme="dark", width=1440) as visit,
    ):
        page = stage(visit)
        expect(page.locator(".node")).to_have_count(4)
        page.locator(".node", has_text="Division 0").locator(".body").click()
        expect(page.locator("#stage-play")).to_be_enabled()
        expect(page.locator(".node")).to_have_count(5)
        expect(page.locator("#stage-sentence")).to_contain_text("in Division 0.")
        page.keyboard.press("ArrowLeft")
        expect(page.locator("#stage-said")).to_contain_text("in Division 0.")
        page.get_by_role("link", name="All of").click()
        expect(page.locator(".node")).to_have_count(4)
