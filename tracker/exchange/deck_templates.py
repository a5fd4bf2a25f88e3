"""The presentation that a deck is put into: a company's own template with its slides taken out, or our plain one."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import Any

from pptx import Presentation
from pptx.exc import PythonPptxError
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.presentation import Presentation as Deck
from pptx.util import Inches

#: A template's largest size, how large it may grow when it is unpacked, and how many parts it may have.
LARGEST, LARGEST_UNPACKED, MOST_PARTS = 20 * 1024 * 1024, 200 * 1024 * 1024, 5_000
MAIN = "application/vnd.openxmlformats-officedocument.presentationml."
PRESENTATION, TEMPLATE, SHOW = (
    f"{MAIN}{kind}.main+xml" for kind in ("presentation", "template", "slideshow")
)
#: How a password-protected or an old PowerPoint file begins, and what the first of them holds.
COMPOUND, ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "EncryptedPackage".encode("utf-16-le")
#: Parts of a file that run programs.
PROGRAMS = re.compile(r"vbaProject|/activeX/|macroEnabled", re.IGNORECASE)
#: Lists of slides beside the list of slides, which name those that were taken out.
LISTS_OF_SLIDES = ("p:custShowLst", "p:extLst")

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
#: The plain layouts: name in the library's own template, and the boxes of its placeholders, in inches.
TITLE = (0.55, 0.42, 12.23, 1.25)
LAYOUTS: dict[str, dict[int, tuple[float, float, float, float]]] = {
    "Title and Content": {1: (0.55, 1.85, 12.23, 4.75)},
    "Two Content": {1: (0.55, 1.85, 4.1, 4.75), 2: (4.85, 1.75, 8.0, 4.9)},
    "Title Only": {},
}
FOOTER, NUMBER = (0.55, 6.86, 10.5, 0.36), (11.78, 6.86, 1.0, 0.36)
#: LOOK.md's tokens in their light values. Arial, because a slide brings no font of its own along.
COLOURS = {
    "dk1": "0B1F28", "lt1": "F3F6F7", "dk2": "3C515B", "lt2": "E8EEF0",
    "accent1": "0A5EA6", "accent2": "CC6300", "accent3": "6EA5D2", "accent4": "A0C6E4", "accent5": "768A94",
    "accent6": "A84A00", "hlink": "0A5EA6", "folHlink": "3C515B",
}  # fmt: skip
FONT = "Arial"
TITLE_SIZE, BODY_SIZE = 3200, 2400


class UnusableTemplate(Exception):
    """A file that cannot be a template; the message says what to do."""


def open_template(data: bytes) -> Deck:
    """Open a company's .pptx or .potx with its own slides taken out; its layouts stay.

    Raises
    ------
    UnusableTemplate
        When it is no such file, has a password or programs in it, is too large, or has no layout.
    """
    package = _as_presentation(data)
    try:
        deck = Presentation(BytesIO(package))
        _take_slides_out(deck)
        has_layout = len(deck.slide_layouts) > 0
    except (PythonPptxError, KeyError, ValueError, AttributeError, IndexError, SyntaxError, OSError) as error:
        # what lxml and the library raise for parts that are missing or are no XML
        raise UnusableTemplate(
            "PowerPoint's own parts of this file cannot be read. Open it in PowerPoint, save it as .pptx or .potx, "
            "and bring that."
        ) from error
    if not has_layout:
        raise UnusableTemplate(
            "This file has no slide layout to fill. Bring one with the slide master in it."
        )
    return deck


def _as_presentation(data: bytes) -> bytes:
    """Return the file as a presentation, after everything that can be said without opening it."""
    if len(data) > LARGEST:
        raise UnusableTemplate(
            f"A template can have {LARGEST // 1024 // 1024} MB. Take pictures and films out of it, and bring it again."
        )
    if data.startswith(COMPOUND):
        if ENCRYPTED in data:
            raise UnusableTemplate("This file has a password. Save it without one, and bring it again.")
        raise UnusableTemplate(
            "This is a file of an old PowerPoint (.ppt). Save it as .pptx or .potx, and bring that."
        )
    try:
        with zipfile.ZipFile(BytesIO(data)) as found:
            parts = found.infolist()
            if len(parts) > MOST_PARTS or sum(each.file_size for each in parts) > LARGEST_UNPACKED:
                raise UnusableTemplate("This file is too large inside. Take pictures and films out of it.")
            types = found.read("[Content_Types].xml")
            names = [each.filename for each in parts]
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, EOFError) as error:
        raise UnusableTemplate("This is no PowerPoint file. Bring a .pptx or a .potx.") from error
    text = types.decode("utf-8", "replace")
    if PROGRAMS.search(text) or any(PROGRAMS.search(name) for name in names):
        raise UnusableTemplate(
            "This file has macros in it. Save it as .pptx or .potx, without them, and bring that."
        )
    if not any(kind in text for kind in (PRESENTATION, TEMPLATE, SHOW)):
        raise UnusableTemplate("This is no PowerPoint file. Bring a .pptx or a .potx.")
    return data if PRESENTATION in text else _retyped(data, text)


def _retyped(data: bytes, types: str) -> bytes:
    """Return a template or a show as a presentation: they differ in one word of the list of types."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as found, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as written:
        for each in found.infolist():
            is_list = each.filename == "[Content_Types].xml"
            plain = types.replace(TEMPLATE, PRESENTATION).replace(SHOW, PRESENTATION).encode()
            written.writestr(each.filename, plain if is_list else found.read(each))
    return made.getvalue()


def _take_slides_out(deck: Deck) -> None:
    """Drop the slides of a template, and the sections and shows that name them, which would need a repair."""
    root: Any = deck.part._element  # noqa: SLF001 (the library has no way to drop a slide)
    listed = root.find(qn("p:sldIdLst"))
    for each in list(listed) if listed is not None else ():
        deck.part.drop_rel(each.get(qn("r:id")))
        listed.remove(each)
    for name in LISTS_OF_SLIDES:
        for each in root.findall(qn(name)):
            root.remove(each)


def plain_deck() -> Deck:
    """Make our own plain presentation: 16:9, LOOK.md's colours, three layouts."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    root: Any = deck.part._element  # noqa: SLF001 (the size's name is not in the library's reach)
    root.find(qn("p:sldSz")).attrib.pop("type", None)
    for layout in [each for each in deck.slide_layouts if each.name not in LAYOUTS]:
        deck.slide_layouts.remove(layout)
    _place(deck.slide_master, {"title": TITLE, "body": LAYOUTS["Title and Content"][1]})
    for layout in deck.slide_layouts:
        boxes: dict[Any, Any] = {**LAYOUTS[layout.name], "title": TITLE}
        _place(layout, boxes)
    _restyle(deck)
    for part, kind in ((deck.part, RT.PRINTER_SETTINGS), (deck.part.package, RT.THUMBNAIL)):
        _drop(part, kind)
    return deck


def _place(page: Any, boxes: dict[Any, tuple[float, float, float, float]]) -> None:
    """Put every placeholder of a master or layout into its box; the day has none, the footer says it."""
    for each in list(page.placeholders):
        element = each._element  # noqa: SLF001 (its place in the layout is not in the library's reach)
        kind = element.ph.get("type", "obj")
        if kind == "dt":
            element.getparent().remove(element)
            continue
        index = int(element.ph.get("idx", 0))
        box = {"ftr": FOOTER, "sldNum": NUMBER}.get(kind) or boxes.get(index) or boxes.get(kind)
        if box:
            each.left, each.top, each.width, each.height = (Inches(value) for value in box)
        styles = element.find(f"{qn('p:txBody')}/{qn('a:lstStyle')}")
        if kind not in ("ftr", "sldNum"):
            for style in list(styles):
                styles.remove(style)


def _restyle(deck: Deck) -> None:
    """Give the plain master its letters and colours."""
    master: Any = deck.slide_master._element  # noqa: SLF001 (styles of a master are not in the library's reach)
    styles = master.find(qn("p:txStyles"))
    master.replace(styles, parse_xml(_STYLES))
    for each in deck.slide_master.placeholders:
        element: Any = each._element  # noqa: SLF001 (as above)
        body = element.find(f"{qn('p:txBody')}/{qn('a:bodyPr')}")
        kind = element.ph.get("type")
        body.set("anchor", "b" if kind == "title" else "ctr" if kind in ("ftr", "sldNum") else "t")
        for name in ("lIns", "rIns"):
            body.set(name, "0")
        style = element.find(f"{qn('p:txBody')}/{qn('a:lstStyle')}/{qn('a:lvl1pPr')}")
        if kind == "ftr" and style is not None:
            style.set("algn", "l")
    theme = next(
        each for each in deck.slide_master.part.rels.values() if each.reltype == RT.THEME
    ).target_part
    theme._blob = _rethemed(theme.blob)  # noqa: SLF001 (the library keeps a theme as bytes)


def _rethemed(theme: bytes) -> bytes:
    text = theme.decode()
    colours = "".join(f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>' for name, value in COLOURS.items())
    text = re.sub(
        r"<a:clrScheme .*?</a:clrScheme>",
        f'<a:clrScheme name="Tracker">{colours}</a:clrScheme>',
        text,
        flags=re.DOTALL,
    )
    return text.replace('<a:latin typeface="Calibri"/>', f'<a:latin typeface="{FONT}"/>').encode()


def _drop(part: Any, kind: str) -> None:
    """Drop what the library's own template brings along: a printer's settings and a picture of another deck."""
    rels = part._rels  # noqa: SLF001 (packages have no public list)
    for name in [name for name, each in rels.items() if each.reltype == kind]:
        rels.pop(name)


def _level(size: int, *, bold: bool, before: int) -> str:
    weight = ' b="1"' if bold else ""
    kind = "mj" if bold else "mn"
    return (
        f'<a:lvl1pPr marL="0" indent="0" algn="l" rtl="0" eaLnBrk="1" latinLnBrk="0" hangingPunct="1">'
        f'<a:lnSpc><a:spcPct val="100000"/></a:lnSpc><a:spcBef><a:spcPts val="{before}"/></a:spcBef><a:buNone/>'
        f'<a:defRPr sz="{size}"{weight} kern="1200"><a:solidFill><a:schemeClr val="tx1"/></a:solidFill>'
        f'<a:latin typeface="+{kind}-lt"/><a:ea typeface="+{kind}-ea"/><a:cs typeface="+{kind}-cs"/></a:defRPr>'
        "</a:lvl1pPr>"
    )


_STYLES = (
    f"<p:txStyles {nsdecls('p', 'a')}>"
    f"<p:titleStyle>{_level(TITLE_SIZE, bold=True, before=0)}</p:titleStyle>"
    f"<p:bodyStyle>{_level(BODY_SIZE, bold=False, before=1000)}</p:bodyStyle>"
    f"<p:otherStyle>{_level(1800, bold=False, before=0)}</p:otherStyle></p:txStyles>"
)
