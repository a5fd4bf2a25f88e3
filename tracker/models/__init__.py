"""The tables: one module a feature word. Importing the package registers every model."""

from __future__ import annotations

from tracker.models import (
    accounts,
    audit,
    bulk_changes,
    changelog,
    departments,
    displays,
    feeds,
    import_drafts,
    imports,
    initiatives,
    journeys,
    moments,
    people,
    presentations,
    rounds,
    settings,
    share_links,
    showings,
    snapshots,
    views,
)

__all__ = [
    "accounts",
    "audit",
    "bulk_changes",
    "changelog",
    "departments",
    "displays",
    "feeds",
    "import_drafts",
    "imports",
    "initiatives",
    "journeys",
    "moments",
    "people",
    "presentations",
    "rounds",
    "settings",
    "share_links",
    "showings",
    "snapshots",
    "views",
]
