"""What every service asks of a value before it is saved: texts that can be kept, days that exist, safe links."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

from tracker.models.base import FIRST_DAY, LAST_DAY
from tracker.services.errors import InvalidInput

TITLE_LIMIT = 300
TEXT_LIMIT = 5_000
LINK_SCHEMES = ("http", "https", "mailto")


class Checks:
    """The messages of one form, by field; ``done`` refuses the form when there are any."""

    def __init__(self) -> None:
        self.errors: dict[str, str] = {}

    def refuse(self, field: str, message: str) -> None:
        """Keep the first message for a field."""
        self.errors.setdefault(field, message)

    def text(
        self, field: str, label: str, value: str, *, limit: int = TEXT_LIMIT, required: bool = False
    ) -> str:
        """Return the text without outer blanks; refuse what no database keeps and what is too long."""
        text = value.strip()
        if not can_be_kept(text):
            self.refuse(field, f"{label} holds characters that cannot be kept; type it again.")
        elif required and not text:
            self.refuse(field, f"{label} is needed.")
        elif len(text) > limit:
            self.refuse(field, f"{label} can have {limit:,} characters; this has {len(text):,}.")
        return text

    def day(
        self,
        field: str,
        label: str,
        value: date | None,
        *,
        required: bool = False,
        latest: date | None = None,
    ) -> None:
        """Refuse a missing day that is needed, one outside 1900 to 2200, and one after ``latest``."""
        if value is None:
            if required:
                self.refuse(field, f"{label} is needed.")
        elif not FIRST_DAY <= value <= LAST_DAY:
            self.refuse(field, f"{label} must lie between the years 1900 and 2200.")
        elif latest is not None and value > latest:
            self.refuse(field, f"{label} lies in the future; choose today or an earlier day.")

    def order(self, field: str, message: str, first: date | None, then: date | None) -> None:
        """Refuse a day before the one it follows; the same day is allowed."""
        if first is not None and then is not None and then < first:
            self.refuse(field, message)

    def link(self, field: str, value: str) -> str:
        """Return an address of the web or of a mailbox, "" for none; refuse every other scheme."""
        text = self.text(field, "The link", value, limit=2_000)
        if text and not is_safe_link(text):
            self.refuse(field, "A link begins with https://, http:// or mailto:.")
        return text

    def done(self) -> None:
        """Refuse the form when a field has a message.

        Raises
        ------
        InvalidInput
            With a message for each field.
        """
        if self.errors:
            raise InvalidInput(self.errors)


def can_be_kept(text: str) -> bool:
    """Say whether both databases can keep the text: no NUL, no lone surrogate."""
    return "\0" not in text and not any(0xD800 <= ord(character) <= 0xDFFF for character in text)


def is_safe_link(text: str) -> bool:
    """Say whether a link leads to the web or a mailbox and nowhere else.

    Browsers drop tabs and line ends inside a scheme, so any blank or unprintable character makes it unsafe.
    """
    if not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
    except ValueError:  # such as an unfinished [ipv6] host
        return False
    if parts.scheme not in LINK_SCHEMES:
        return False
    return bool(parts.path) if parts.scheme == "mailto" else bool(parts.netloc)
