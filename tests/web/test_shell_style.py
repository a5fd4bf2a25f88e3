"""The look is a contract: contrast, weight, fonts, no scripts or styles inside pages."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CSS = sorted((ROOT / "static" / "css").glob("*.css"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
TOKENS = (ROOT / "static" / "css" / "tokens.css").read_text()

TEXT_PAIRS = [
    ("ink", "bg"), ("ink", "surface"), ("ink", "sunken"), ("ink", "near-soft"), ("ink", "win-soft"),
    ("ink-2", "bg"), ("ink-2", "surface"), ("ink-2", "sunken"), ("ink-3", "bg"), ("ink-3", "surface"),
    ("win", "bg"), ("win", "surface"), ("win", "win-soft"), ("near", "bg"), ("near", "surface"),
    ("near", "near-soft"), ("bg", "ink"), ("node-ink", "node"),
    *((f"heat-{step}-ink", f"heat-{step}") for step in range(1, 6)),
]  # fmt: skip
MARK_PAIRS = [
    ("near-mark", "bg"), ("near-mark", "surface"), ("near-mark", "near-soft"), ("win", "bg"), ("tie", "bg"),
    ("rule-strong", "bg"), ("rule-strong", "surface"), ("focus", "bg"), ("focus", "surface"),
    ("node", "lane"),
]  # fmt: skip


def block(selector: str) -> dict[str, str]:
    """Return the colours that one block of tokens.css sets."""
    match = re.search(re.escape(selector) + r"\s*\{(.*?)\}", TOKENS, re.DOTALL)
    assert match, selector
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", match.group(1)))


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2.2."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2.2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


THEMES = {"light": block(":root"), "dark": {**block(":root"), **block(':root[data-theme="dark"]')}}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read(theme: str) -> None:
    colours = THEMES[theme]
    low = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in TEXT_PAIRS}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_marks_can_be_seen(theme: str) -> None:
    colours = THEMES[theme]
    low = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in MARK_PAIRS}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 3} == {}


def test_a_reader_without_a_choice_gets_the_same_dark_colours() -> None:
    assert block(":root:not([data-theme])") == block(':root[data-theme="dark"]')


@pytest.mark.parametrize("path", [*CSS, *SCRIPTS], ids=lambda path: path.name)
def test_style_and_script_files_stay_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300


@pytest.mark.parametrize(
    "path", [path for path in CSS if path.name != "tokens.css"], ids=lambda path: path.name
)
def test_colours_live_in_the_tokens_only(path: Path) -> None:
    screen = path.read_text().split("@media print")[0]
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", screen) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_evaluate_nothing_and_set_no_markup(path: Path) -> None:
    script = path.read_text()
    assert not re.search(
        r"\beval\(|new Function|(inner|outer)HTML\s*=|insertAdjacentHTML|document\.write", script
    )


def test_the_scripts_of_every_page_are_light() -> None:
    shell = [
        path
        for path in SCRIPTS
        if path.name in {"theme.js", "keys.js", "dialog.js", "typeahead.js", "matrix.js"}
    ]
    assert len(gzip.compress(b"".join(path.read_bytes() for path in shell), 9)) < 12_000


def test_htmx_is_the_file_that_was_reviewed() -> None:
    script = (ROOT / "static" / "vendor" / "htmx-4.0.1.min.js").read_bytes()
    digest = base64.b64encode(hashlib.sha384(script).digest()).decode()
    assert digest == "Qp9rdC8H7EqOoX+nR0P3RPG2Noji+qdwJlGpfzwQJsfOpp3sGwIdSP9xO3+UlEhn"


def test_the_fonts_carry_their_licence() -> None:
    assert "SIL Open Font License" in (ROOT / "static" / "fonts" / "OFL.txt").read_text().title().replace(
        "Sil", "SIL"
    )


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_templates_hold_no_inline_script_or_style(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:|\|\s*safe\b|hx-on", text)
    for script in re.findall(r"<script[^>]*>", text):
        assert " src=" in script
