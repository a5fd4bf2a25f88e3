"""A presentation as bytes that are the same whenever it is made: days and order come from what it tells."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

#: No file in a package is of another day than this one, which is the earliest that a package can name.
EARLIEST = (1980, 1, 1, 0, 0, 0)
#: When a workbook or a presentation says that it was made or changed.
MADE = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


def settled(data: bytes, moment: str) -> bytes:
    """Return a package whose parts, and whose workbooks' parts, all name this moment (``2026-06-30T00:00:00Z``)."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as found, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as written:
        for each in found.infolist():
            part = found.read(each)
            if each.filename.endswith(".xlsx") and zipfile.is_zipfile(BytesIO(part)):
                part = settled(part, moment)
            elif each.filename == "docProps/core.xml":
                part = MADE.sub(rb"\g<1>" + moment.encode() + rb"\g<2>", part)
            entry = zipfile.ZipInfo(each.filename, EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            written.writestr(entry, part)
    return made.getvalue()
