"""What a service refuses, one class a reason; the edge turns them into status codes."""

from __future__ import annotations

from collections.abc import Mapping


class ServiceError(Exception):
    """The base of everything a service refuses."""


class InvalidInput(ServiceError):
    """Values that cannot be saved: a message for each field that says what to do."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__(" ".join(self.errors.values()))


class NotFound(ServiceError):
    """There is no such record, or none that this person may know of."""


class Forbidden(ServiceError):
    """The actor may look at the record but not do this with it."""


class Stale(ServiceError):
    """Somebody saved the record after this form was opened; ``current`` holds what stands now, by field."""

    def __init__(self, current: Mapping[str, str]) -> None:
        self.current = dict(current)
        super().__init__("Somebody saved this record after you opened it.")


class TooMany(ServiceError):
    """Tried too often; ``retry_after`` is in seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(message)
