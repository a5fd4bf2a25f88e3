"""The stage looks as it was approved: an authored register on a day that stands still, against pictures kept here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.factories import Register
from tests.web.browsers import NEEDS_BROWSER, Visit
from tests.web.filmed import Filmed, filmed
from tests.web.pictures import APPROVED, TOLERANCE, compare, part_of_others
from tracker.models.moments import Lesson, Moment

DAY = date(2026, 6, 20)
LATER = date(2026, 12, 31)
NOON = datetime(2026, 6, 20, 12, tzinfo=ZoneInfo("UTC"))
NAMES = (
    "Claims", "Legal", "Sales", "Digital", "Pricing", "Customer Care", "Finance", "Underwriting", "Marketing",
)  # fmt: skip
#: What the departments do together: a title, who by their place above, its first day, its last, what it won.
WORK: tuple[tuple[str, tuple[int, ...], date, date | None, str], ...] = (
    ("Storm desk", (0, 5), date(2025, 3, 3), None, "Photos in one upload"),
    ("Refund in one call", (5, 6), date(2025, 4, 14), None, "Refund in one call"),
    ("Plain letters", (1, 8), date(2025, 5, 12), date(2025, 12, 19), "Letters people read"),
    ("One price, one page", (2, 3, 4), date(2025, 7, 7), None, "One price on the page"),
    ("Moving house", (3, 7), date(2025, 9, 1), date(2026, 2, 27), "Moved in ten minutes"),
    ("Fair share", (4, 6), date(2025, 10, 6), None, "Prices that add up"),
    ("Next of kin", (0, 1, 5), date(2025, 11, 3), None, "One form for the bereaved"),
    ("Small print", (1, 7), date(2026, 1, 12), None, "A page less to sign"),
    ("First week", (2, 8), date(2026, 3, 2), None, "Welcome on day one"),
    ("Quote to claim", (0, 7), date(2026, 5, 4), None, "One number for both"),
)
SIZE, PHONE = {"width": 1280, "height": 720}, {"width": 390, "height": 844}

pytestmark = NEEDS_BROWSER


def arrange(register: Register) -> None:
    """Arrange the departments, what they do together, a win for each and a lesson for every third."""
    places = [
        register.department(name, track_position=at, public_id=f"department{at}")
        for at, name in enumerate(NAMES)
    ]
    for at, (title, members, start, end, win) in enumerate(WORK):
        home = register.initiative(
            title, *(places[each] for each in members), start=start, ended_on=end, declared_until=end or LATER
        )
        register.moment(home, start + timedelta(40), title=win)
        if at % 3 == 0:
            lesson = ("We now test uploads at peak", "Ask the desk first", "Say it in one page", "Call back")
            register.save(
                Moment(
                    initiative_id=home.id,
                    on_day=min(start + timedelta(70), DAY),
                    kind="near_miss",
                    title="Queue",
                    is_confirmed=True,
                    ok_to_show=True,
                    lesson=Lesson(tried="At peak.", next_time=lesson[at // 3]),
                )
            )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Filmed]:
    """The authored register, served on its day."""
    with (
        time_machine.travel(NOON),
        filmed(sqlite_template, tmp_path_factory.mktemp("pictures"), arrange) as found,
    ):
        yield found


@pytest.fixture
def page(browser: Browser, house: Filmed) -> Iterator[Page]:
    """Alice's page, of the size of a small screen, with nothing that moves by itself."""
    with Visit(browser, house.address, cookie=house.cookie, theme="dark", calm=True) as visit:
        page = visit.page()
        page.set_viewport_size(SIZE)
        yield page


PICTURES = {
    "stage-dark": ("/stage", "dark", SIZE),
    "stage-light": ("/stage", "light", SIZE),
    "stage-month": ("/stage?on=2025-12-31", "dark", SIZE),
    "stage-narrow": ("/stage", "light", PHONE),
    "stage-table": ("/momentum/table", "light", SIZE),
}


@pytest.mark.parametrize("name", PICTURES)
def test_it_looks_as_approved(page: Page, house: Filmed, tmp_path: Path, name: str) -> None:
    path, theme, size = PICTURES[name]
    page.set_viewport_size(size)
    page.context.add_cookies([{"name": "theme", "value": theme, "url": house.address}])
    page.goto(house.address + path)
    if page.locator("#stage-play").count():
        expect(page.locator("#stage-play")).to_be_enabled()
    assert (said := compare(page, name, tmp_path)) == "", said


def test_a_department_that_is_missing_makes_another_picture() -> None:
    approved = Image.open(APPROVED / "stage-dark.png").convert("RGB")
    other = approved.copy()
    other.paste((7, 22, 29), (440, 280, 545, 310))  # one node with its name
    assert part_of_others(approved, approved) == 0
    assert part_of_others(approved, other) > TOLERANCE
