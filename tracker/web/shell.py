"""What surrounds every page: the organisation, who is reading, where they may go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Theme = Literal["light", "dark", ""]

#: The cookie in which the browser keeps the theme chosen there, so that the server draws it right at once.
THEME_COOKIE = "theme"

#: The cookie in which the browser keeps that the single-letter keys are switched off.
KEYS_COOKIE = "keys"


@dataclass(frozen=True, slots=True)
class Reader:
    """The person signed in, as the header shows them."""

    name: str
    role: str
    initials: str


@dataclass(frozen=True, slots=True)
class NavLink:
    """One entry of the main navigation."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class ShellLinks:
    """Addresses the frame needs; an empty one is not offered."""

    home: str = "/"
    log: str = ""
    stage: str = ""
    account: str = ""
    administration: str = ""
    sign_out: str = ""
    numbers: str = ""
    import_: str = ""
    bin: str = ""
    search: str = ""
    remove_sample: str = ""


@dataclass(frozen=True, slots=True)
class Shell:
    """Everything ``base.html`` reads; nothing else reaches it."""

    organisation: str
    user: Reader | None
    nav: tuple[NavLink, ...]
    links: ShellLinks
    may: Mapping[str, bool] = field(default_factory=dict)
    sample: bool = False
    theme: Theme = ""
    keys: bool = True
    version: str = ""
    is_guest: bool = False


def initials(name: str) -> str:
    """Return one or two capital letters for a name ("Amara Osei" → "AO"), "?" when it has no letters."""
    letters = [word[0] for word in name.replace("@", " ").split() if word[0].isalnum()]
    if not letters:
        return "?"
    return (letters[0] + (letters[-1] if len(letters) > 1 else "")).upper()


def build_shell(
    *,
    organisation: str,
    path: str,
    links: ShellLinks,
    nav: Sequence[tuple[str, str]] = (),
    user_name: str | None = None,
    user_role: str = "",
    may: Iterable[str] = (),
    sample: bool = False,
    theme_cookie: str | None = None,
    keys_cookie: str | None = None,
    version: str = "",
    is_guest: bool = False,
) -> Shell:
    """Build the frame of a page from plain values.

    ``nav`` is (label, url) pairs in order, ``path`` the path asked for, ``may`` the names of what the reader
    may do (``log``, ``administer``, ``import``, ``bin``). Without ``user_name`` there is no navigation.
    ``is_guest``: the page is for whoever brings a link, and asks for nothing by script.
    """
    reader = Reader(user_name, user_role, initials(user_name)) if user_name is not None else None
    return Shell(
        organisation=organisation or "Tracker",
        user=reader,
        nav=tuple(NavLink(label, url, _is_current(url, path)) for label, url in nav) if reader else (),
        links=links,
        may=MappingProxyType(dict.fromkeys(may, True)),
        sample=sample,
        theme=_theme(theme_cookie),
        keys=keys_cookie != "off",
        version=version,
        is_guest=is_guest,
    )


def _theme(cookie: str | None) -> Theme:
    if cookie == "dark":
        return "dark"
    return "light" if cookie == "light" else ""


def _is_current(url: str, path: str) -> bool:
    """Say whether a navigation entry covers the path: home only itself, the others all below them."""
    if url == "/":
        return path == "/"
    return path == url or path.startswith(url.rstrip("/") + "/")
