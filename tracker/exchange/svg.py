"""A picture as SVG that stands alone: every look is written on its element, and the typeface is inside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from tracker.exchange.deck_text import readable
from tracker.exchange.lettering import Cut
from tracker.exchange.looks import FALLBACK, Theme, colours, font_faces

NAMESPACE, WHITE = "http://www.w3.org/2000/svg", "#ffffff"


@dataclass(frozen=True, slots=True)
class Box:
    """A place in a picture, in its units."""

    left: float
    top: float
    width: float
    height: float


class Drawing:
    """A picture being drawn, in units of its box; ``size`` is its width and height as they are written.

    ``on_paper``: the ground is the paper's own white.
    """

    def __init__(
        self,
        box: Box,
        theme: Theme,
        title: str,
        description: str,
        *,
        size: tuple[str, str],
        on_paper: bool = False,
    ) -> None:
        self.colours = colours(theme) | ({"bg": WHITE} if on_paper else {})
        view = f"{box.left:g} {box.top:g} {box.width:g} {box.height:g}"
        self.root = Element(
            "svg", {"xmlns": NAMESPACE, "viewBox": view, "width": size[0], "height": size[1], "role": "img"}
        )
        self.root.set("aria-labelledby", "title description")
        self.root.set("font-family", FALLBACK)
        for name, words in (("title", title), ("desc", description)):
            told = SubElement(self.root, name, {"id": {"desc": "description"}.get(name, name)})
            told.text = readable(words)

    def add(self, parent: Element | None, name: str, **looks: str | float) -> Element:
        """Add an element; a colour may be named by its token (``fill="ink"``)."""
        written = {
            key.replace("_", "-"): self.colours.get(value, value) if isinstance(value, str) else f"{value:g}"
            for key, value in looks.items()
        }
        return SubElement(self.root if parent is None else parent, name, written)

    def group(self, parent: Element | None = None, **looks: str | float) -> Element:
        """Add a group that the next elements may be put into."""
        return self.add(parent, "g", **looks)

    def write(
        self,
        parent: Element | None,
        words: str,
        x: float,
        y: float,
        size: float,
        cut: Cut,
        **looks: str | float,
    ) -> Element:
        """Write words in one line whose letters stand on ``y``."""
        stretch = {"font_stretch": cut.stretch} if cut.stretch != "normal" else {}
        made = self.add(
            parent, "text", x=round(x, 1), y=round(y, 1), font_size=round(size, 2), font_weight=cut.weight, **stretch, **looks
        )  # fmt: skip
        made.text = readable(words)
        return made

    def write_lines(
        self, words: Iterable[str], x: float, y: float, size: float, cut: Cut, leading: float, fill: str
    ) -> float:
        """Write lines one below the other; return where the next one would stand."""
        for line in words:
            self.write(None, line, x, y, size, cut, fill=fill)
            y += leading
        return y

    def mark(
        self,
        parent: Element | None,
        x: float,
        y: float,
        radius: float,
        *,
        is_near_miss: bool,
        **looks: str | float,
    ) -> None:
        """Draw a win as a filled circle, a near miss as a diamond."""
        if is_near_miss:
            wide = radius * 1.34
            path = f"M{x:.1f} {y - wide:.1f}L{x + wide:.1f} {y:.1f}L{x:.1f} {y + wide:.1f}L{x - wide:.1f} {y:.1f}Z"
            self.add(parent, "path", d=path, fill="near-mark", **looks)
        else:
            self.add(parent, "circle", cx=round(x, 1), cy=round(y, 1), r=radius, fill="win", **looks)

    def data(self, *, has_font: bool) -> bytes:
        """Return the file; ``has_font``: bring the letters along that it needs.

        What draws it with our own cuts knows weights by the hundred alone.
        """
        if has_font:
            style = Element("style")
            style.text = font_faces("".join(self.root.itertext()))
            self.root.insert(2, style)
        else:
            for each in self.root.iter("text"):
                each.set("font-weight", str(round(int(each.get("font-weight", "400")), -2)))
        made: bytes = tostring(self.root, encoding="utf-8", xml_declaration=True)
        return made
