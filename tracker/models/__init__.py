"""The tables: one module a feature word. Importing the package registers every model."""

from __future__ import annotations

from tracker.models import (
    accounts,
    audit,
    changelog,
    departments,
    import_drafts,
    imports,
    initiatives,
    journeys,
    moments,
    people,
    settings,
    snapshots,
)

__all__ = [
    "accounts",
    "audit",
    "changelog",
    "departments",
    "import_drafts",
    "imports",
    "initiatives",
    "journeys",
    "moments",
    "people",
    "settings",
    "snapshots",
]
