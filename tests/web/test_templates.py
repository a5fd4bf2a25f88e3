"""The rules of the templates: what they are called, what they may hold, and how they ask for a part of a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from jinja2 import nodes

from tests.web.markup import TEMPLATES, Tag, all_templates, read

FILES = [path for path in all_templates() if path.is_file()]
NAMES = [path.relative_to(TEMPLATES).as_posix() for path in FILES]
FRAGMENTS = [path for path in FILES if path.name.startswith("_")]
PAGES = [
    path
    for path in FILES
    if not path.name.startswith("_") and path.parent.name != "components" and path.name != "base.html"
]
#: Pages that extend nothing: one stands when the application itself cannot, one leaves as a file.
BARE = {"errors/bare.html", "taking/film.html"}
#: What htmx 4 takes on an element; a word of an older one would be ignored without a sound.
KNOWN = {
    "hx-get", "hx-post", "hx-target", "hx-swap", "hx-trigger", "hx-include", "hx-push-url", "hx-replace-url", "hx-select", "hx-sync",
    "hx-indicator", "hx-confirm", "hx-disable", "hx-encoding", "hx-vals", "hx-headers", "hx-status",
    "hx-config",
}  # fmt: skip
ASKS = ("hx-get", "hx-post")
HANDLERS = re.compile(r"^on[a-z]+$")


def name(path: Path) -> str:
    """Return how a template is named in render()."""
    return path.relative_to(TEMPLATES).as_posix()


def told(found: list[tuple[Path, Tag]]) -> list[str]:
    """Return where tags stand."""
    return [f"{name(path)}:{tag.line} <{tag.name}>" for path, tag in found]


def tags() -> list[tuple[Path, Tag]]:
    """Return every element of every template."""
    return [(path, tag) for path in FILES for tag in read(path).every]


@pytest.fixture(scope="module")
def every() -> list[tuple[Path, Tag]]:
    """Every element of every template, read once."""
    return tags()


def test_every_template_ends_in_html_and_so_is_escaped() -> None:
    assert [each for each in NAMES if not each.endswith(".html")] == []


@pytest.mark.only_database("sqlite")
def test_every_template_compiles(app: Flask) -> None:
    for each in NAMES:
        app.jinja_env.get_template(each)


@pytest.mark.only_database("sqlite")
def test_what_people_typed_is_escaped(app: Flask) -> None:
    assert all(app.select_jinja_autoescape(each) for each in NAMES)
    with app.test_request_context("/"):
        assert "<script>" not in render_template_string("{{ text }}", text="<script>alert('x')</script>")


@pytest.mark.only_database("sqlite")
def test_no_template_prints_markup_as_it_came(app: Flask) -> None:
    raw = []
    for path in FILES:
        tree = app.jinja_env.parse(path.read_text(encoding="utf-8"))
        raw += [name(path) for each in tree.find_all(nodes.Filter) if each.name in ("safe", "forceescape")]
        raw += [name(path) for each in tree.find_all(nodes.ScopedEvalContextModifier)]
        raw += [name(path) for each in tree.find_all(nodes.Name) if each.name == "Markup"]
    assert raw == []


def test_no_style_and_no_script_is_written_into_a_page(every: list[tuple[Path, Tag]]) -> None:
    inline = [
        (path, tag)
        for path, tag in every
        if tag.name == "style"
        or "style" in tag.attributes
        or (tag.name == "script" and "src" not in tag.attributes)
        or any(HANDLERS.match(each) for each in tag.attributes)
        or any(each.startswith(("hx-on", "x-")) for each in tag.attributes)
        or "javascript:" in tag.attributes.get("href", "")
    ]
    assert told(inline) == []


def test_pages_extend_a_base_and_fragments_never_do() -> None:
    extends = {
        name(path) for path in FILES if re.search(r"\{%-?\s*extends", path.read_text(encoding="utf-8"))
    }
    assert {name(path) for path in PAGES} - extends == BARE
    assert {name(path) for path in FRAGMENTS} & extends == set()


@pytest.mark.parametrize("path", FRAGMENTS, ids=name)
def test_a_fragment_has_one_root_named_after_its_file(path: Path) -> None:
    roots = read(path, macros=False).roots
    expected = f"{path.parent.name}-{path.stem.removeprefix('_')}"
    assert len(roots) == 1, [f"{each.name}:{each.line}" for each in roots]
    assert re.fullmatch(rf"{re.escape(expected)}(-printed)?", roots[0].attributes.get("id", ""))


@pytest.mark.parametrize("path", sorted((TEMPLATES / "components").glob("*.html")), ids=name)
def test_components_are_macros_alone(path: Path) -> None:
    outside = re.sub(
        r"\{%-?\s*macro.*?endmacro\s*-?%\}|\{#.*?#\}|\{%-?\s*(from|import|set).*?%\}",
        "",
        path.read_text(encoding="utf-8"),
        flags=re.DOTALL,
    )
    assert outside.strip() == ""


def test_no_id_stands_twice_in_a_file() -> None:
    twice = []
    for path in FILES:
        ids = [tag.attributes["id"] for tag in read(path).every if "id" in tag.attributes]
        twice += [
            f"{name(path)} {each}" for each in set(ids) if ids.count(each) > 1 and "printed" not in each
        ]
    # Two branches of one condition may write the same element; it stands once in the page.
    assert [each for each in twice if not _in_branches(each)] == []


def _in_branches(found: str) -> bool:
    file, id_ = found.split(" ", 1)
    text = (TEMPLATES / file).read_text(encoding="utf-8")
    first, second = (at.start() for at in list(re.finditer(re.escape(f'id="{id_}"'), text))[:2])
    return bool(re.search(r"\{%-?\s*(else|elif)", text[first:second]))


def test_only_words_of_this_htmx_are_used(every: list[tuple[Path, Tag]]) -> None:
    unknown = [
        f"{name(path)}:{tag.line} {each}"
        for path, tag in every
        for each in tag.attributes
        if each.startswith("hx-") and each.split(":")[0] not in KNOWN
    ]
    assert unknown == []


def test_an_element_that_asks_says_itself_what_it_replaces_and_how(every: list[tuple[Path, Tag]]) -> None:
    silent = [
        (path, tag)
        for path, tag in every
        if any(each in tag.attributes for each in ASKS)
        and not ("hx-swap" in tag.attributes and ("hx-target" in tag.attributes or _swaps_nothing(tag)))
    ]
    assert told(silent) == []


def _swaps_nothing(tag: Tag) -> bool:
    return tag.attributes["hx-swap"] == "none"


def test_what_an_element_hands_down_is_said_to_be_inherited(every: list[tuple[Path, Tag]]) -> None:
    lost = [
        f"{name(path)}:{tag.line} {each}"
        for path, tag in every
        for each in tag.attributes
        if each.startswith("hx-")
        and not each.endswith(":inherited")
        and not any(asks in tag.attributes for asks in ASKS)
    ]
    assert lost == []


def test_everything_works_with_javascript_off(every: list[tuple[Path, Tag]]) -> None:
    alone = []
    for path, tag in every:
        posts, gets = "hx-post" in tag.attributes, "hx-get" in tag.attributes
        is_form = tag.name == "form" and "action" in tag.attributes
        if posts and not (is_form and tag.attributes.get("method") == "post"):
            alone.append((path, tag))
        # A part that refreshes itself adds to a page that is whole without it; what is clicked is a link or a form.
        refreshes = tag.attributes.get("hx-trigger", "click") != "click"
        if gets and not refreshes and not is_form and not (tag.name == "a" and "href" in tag.attributes):
            alone.append((path, tag))
    assert told(alone) == []


def test_a_form_that_writes_carries_its_token(every: list[tuple[Path, Tag]]) -> None:
    without = []
    for path, tag in every:
        if tag.name != "form" or tag.attributes.get("method") != "post":
            continue
        lines = path.read_text(encoding="utf-8").splitlines()[tag.line - 1 :]
        inside = "\n".join(lines).split("</form>")[0]
        if "csrf_token" not in inside and "hidden(" not in inside:
            without.append((path, tag))
    assert told(without) == []


def test_a_form_sends_by_get_or_post_to_an_address_it_names(every: list[tuple[Path, Tag]]) -> None:
    vague = [
        (path, tag)
        for path, tag in every
        if tag.name == "form"
        and (
            tag.attributes.get("method") not in ("get", "post", "dialog")
            or ("action" not in tag.attributes and tag.attributes.get("method") != "dialog")
        )
    ]
    assert told(vague) == []


def test_every_button_says_whether_it_sends(every: list[tuple[Path, Tag]]) -> None:
    buttons = [(path, tag) for path, tag in every if tag.name == "button" and "type" not in tag.attributes]
    assert told(buttons) == []


def test_nothing_comes_from_another_site(every: list[tuple[Path, Tag]]) -> None:
    foreign = [
        (path, tag)
        for path, tag in every
        if tag.name in ("script", "link", "img", "iframe", "use")
        and re.match(r"(https?:)?//", tag.attributes.get("src", tag.attributes.get("href", "")))
    ]
    assert told(foreign) == []


def test_a_picture_has_words(every: list[tuple[Path, Tag]]) -> None:
    silent = [
        (path, tag)
        for path, tag in every
        if (tag.name == "img" and "alt" not in tag.attributes)
        or (
            tag.name == "svg"
            and not any(each.name == "svg" for each in tag.around())
            and "aria-hidden" not in tag.attributes
            and not {"aria-label", "aria-labelledby"} & set(tag.attributes)
        )
    ]
    assert told(silent) == []


def test_the_token_is_handed_down_from_the_body_which_is_never_replaced() -> None:
    (body,) = (tag for tag in read(TEMPLATES / "base.html").every if tag.name == "body")
    assert "X-CSRFToken" in body.attributes["hx-headers:inherited"]
    assert "hx-swap" not in body.attributes


def test_every_file_a_template_names_is_there() -> None:
    missing = []
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        names = re.findall(r"asset\(['\"]([^'\"]+)['\"]\)", text)
        missing += [
            f"{name(path)} {each}" for each in names if not (TEMPLATES.parent / "static" / each).is_file()
        ]
        used = re.findall(r"\{%-?\s*(?:include|from|import|extends)\s+['\"]([^'\"]+)['\"]", text)
        missing += [f"{name(path)} {each}" for each in used if each not in NAMES]
    assert missing == []


def test_every_template_is_used_by_a_view_or_another_template() -> None:
    python = "".join(
        each.read_text(encoding="utf-8") for each in (TEMPLATES.parent / "tracker").rglob("*.py")
    )
    markup = "".join(each.read_text(encoding="utf-8") for each in FILES)
    # A view may put a name together: f"initiatives/_{part}.html".
    built = [
        re.compile(re.sub(r"\\\{.*?\\\}", "[a-z-]+", re.escape(each)))
        for each in re.findall(r'f"([\w/-]*\{[^"}]+\}[\w{}-]*\.html)"', python)
    ]
    unused = [each for each in NAMES if each not in python and each not in markup]
    assert [each for each in unused if not any(rule.fullmatch(each) for rule in built)] == []
