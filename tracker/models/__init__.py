"""The tables: one module a feature word. Importing the package registers every model."""

from __future__ import annotations

from tracker.models import (
    accounts,
    audit,
    changelog,
    departments,
    displays,
    feeds,
    import_drafts,
    initiatives,
    journeys,
    moments,
    people,
    presentations,
    settings,
    share_links,
    showings,
    snapshots,
)

__all__ = [
    "accounts",
    "audit",
    "changelog",
    "departments",
    "displays",
    "feeds",
    "import_drafts",
    "initiatives",
    "journeys",
    "moments",
    "people",
    "presentations",
    "settings",
    "share_links",
    "showings",
    "snapshots",
]
