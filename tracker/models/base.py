"""The declarative base, the column types and the mixins that every model is built from."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from typing import Annotated, Any

from sqlalchemy import CheckConstraint, DateTime, Dialect, MetaData, String, TypeDecorator, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Mapper, declared_attr, mapped_column, registry

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2200, 12, 31)

#: No vowels but e and u, no look-alikes: ids can be read aloud and spell nothing by accident.
ALPHABET = "23456789bcdefghjkmnpqrstuvwxyz"


def new_public_id() -> str:
    """Return a random id of ten letters and digits: 49 bits, so a million of them collide with odds of one in 1,200."""
    return "".join(secrets.choice(ALPHABET) for _ in range(10))


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in time: aware UTC in Python on both databases, though SQLite stores it without a zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (SQLAlchemy passes it)
        """Refuse an instant without a zone; store the others as UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment in time needs its zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (SQLAlchemy passes it)
        """Give back what is stored, with its zone."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


def utc_now() -> datetime:
    """Return this instant, aware, in UTC."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """The base of all models; constraints carry names, or no migration could change them."""

    # In a registry, not in class attributes: Flask-SQLAlchemy derives a class of its own from this one.
    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={datetime: UtcDateTime},
    )


@event.listens_for(Base, "after_mapper_constructed", propagate=True)
def _remember_before(mapper: Mapper[Any], _class: type) -> None:
    """Load a column's old value when it is set: the audit says what stood there before."""
    for column in mapper.local_table.columns:
        attribute = mapper.get_property_by_column(column)
        attribute.active_history = True  # type: ignore[attr-defined]  # a column property has it


@event.listens_for(Mapper, "after_configured")
def _guard_what_only_reads() -> None:
    """Refuse a record set where one is only read: its id is what is kept, so it would be lost without a word."""
    for mapper in Base.registry.mappers:
        for each in mapper.relationships:
            if each.viewonly:
                event.listen(each.class_attribute, "set", _refuse)


def _refuse(_target: Any, _value: Any, _old: Any, initiator: Any) -> None:
    raise TypeError(f"“{initiator.key}” is only read here. Set its id.")


key = Annotated[int, mapped_column(primary_key=True)]


class Public:
    """A record that people name: a stable public id in its URL and an external id, unique in its kind."""

    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    external_id: Mapped[str] = mapped_column(String(200), unique=True)

    def __init__(self, **values: Any) -> None:
        """Give the record its ids: the external id is the public one unless a register brings its own."""
        values.setdefault("public_id", new_public_id())
        values.setdefault("external_id", values["public_id"])
        super().__init__(**values)


class Versioned:
    """A record edited by people: an edit form carries the version it was opened at, and a stale save is refused."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 (a class method to SQLAlchemy)
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]  # set by the mapper


class Binned:
    """A record that is deleted to the bin and can be brought back."""

    binned_at: Mapped[datetime | None]


class Sampled:
    """A record that may belong to the sample organisation, which one action removes."""

    is_sample: Mapped[bool] = mapped_column(default=False)


def days_within(*columns: str) -> CheckConstraint:
    """Return the constraint that keeps the named date columns between 1900 and 2200."""
    rule = " AND ".join(
        f"({name} IS NULL OR {name} BETWEEN '{FIRST_DAY}' AND '{LAST_DAY}')" for name in columns
    )
    return CheckConstraint(rule, name="days_within_range")


def not_empty(column: str) -> CheckConstraint:
    """Return the constraint that refuses an empty text."""
    return CheckConstraint(f"{column} <> ''", name=f"{column}_not_empty")


def one_of(column: str, words: tuple[str, ...]) -> CheckConstraint:
    """Return the constraint that keeps a text column to the given words."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")
