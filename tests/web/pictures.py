"""Pictures of pages against approved ones: the same pixels, but for what another build of the browser draws otherwise."""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image, ImageChops
from playwright.sync_api import Page

APPROVED = Path(__file__).parent / "approved"
#: A pixel is another one when a channel differs by more than this, of 255; a palette of 256 colours stays far below.
CHANNEL = 40
#: So large a part of the pixels may be others: edges of letters that another build draws otherwise, no whole word.
TOLERANCE = 0.0004
APPROVE = "TRACKER_APPROVE=yes"


def compare(page: Page, name: str, folder: Path) -> str:
    """Compare what a page shows with its approved picture; return what to do where they differ, else "".

    The new picture and the difference are then written into the folder.
    """
    page.evaluate("document.fonts.ready.then(() => 0)")
    shown = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide"))).convert("RGB")
    approved = APPROVED / f"{name}.png"
    if os.environ.get("TRACKER_APPROVE") == "yes":
        approved.parent.mkdir(exist_ok=True)
        shown.quantize(256, dither=Image.Dither.NONE).save(approved, optimize=True)
        return ""
    expected = Image.open(approved).convert("RGB") if approved.exists() else Image.new("RGB", (0, 0))
    if shown.size == expected.size:
        part = part_of_others(shown, expected)
        if part <= TOLERANCE:
            return ""
        differing(shown, expected).save(folder / f"{name}.difference.png")
        what = f"{part:.3%} of the picture {name} differ (up to {TOLERANCE:.2%} may)"
    else:
        what = f"the picture {name} has {shown.size} pixels instead of {expected.size}"
    shown.save(folder / f"{name}.png")
    return f"{what}. Look at {folder}; if it is right, run this test with {APPROVE} and commit the picture."


def part_of_others(one: Image.Image, other: Image.Image) -> float:
    """Return how large a part of the pixels of two pictures of one size differ by more than a shade."""
    return sum(differing(one, other).histogram()[1:]) / (one.width * one.height)


def differing(one: Image.Image, other: Image.Image) -> Image.Image:
    """Return where two pictures of one size differ by more than a shade: white there, black elsewhere."""
    channels = ImageChops.difference(one, other).split()
    found = channels[0]
    for each in channels[1:]:
        found = ImageChops.lighter(found, each)
    return found.point(lambda shade: 255 if shade > CHANNEL else 0)
