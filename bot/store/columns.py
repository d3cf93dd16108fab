"""Column types that keep personal data unreadable and times unmistakable.

The keys come from `engine.dialect.kentongan_keys`, which `make_engine` sets: each engine has a dialect of its own, so
two engines with two sets of keys can live in one process, and nothing is made at import time.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, String, Text
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.store.keys import Digest, Keys


class NaiveTimeError(DontWrapMixin, ValueError):
    """A time without a zone: nobody can tell which hour it means."""


class NotComparableError(DontWrapMixin, TypeError):
    """Encrypting the same words twice gives two different texts, so a comparison would never find anything."""


def keys_of(dialect: Dialect) -> Keys:
    """The keys of the engine that this dialect belongs to."""
    keys = getattr(dialect, "kentongan_keys", None)
    if not isinstance(keys, Keys):
        raise TypeError("This engine has no keys: make it with bot.store.database.make_engine")
    return keys


class _OnlyNull(TypeDecorator.Comparator[Any]):
    """Allows `is NULL` and `is not NULL`, refuses everything else."""

    def operate(self, op: Any, *other: Any, **options: Any) -> Any:
        null_test = op in (operators.is_, operators.is_not, operators.eq, operators.ne)
        if null_test and (other[0] is None or getattr(other[0], "__visit_name__", "") == "null"):
            return super().operate(op, *other, **options)
        raise NotComparableError("An encrypted column can only be compared with NULL; look people up by a hash")


class Secret(TypeDecorator[str]):
    """Text, encrypted. Takes any Python string, lone surrogates included, and gives back exactly the same."""

    impl = Text
    cache_ok = True
    comparator_factory = _OnlyNull

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return keys_of(dialect).encrypt(value.encode("utf-8", "surrogatepass")).decode("ascii")

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return keys_of(dialect).decrypt(value.encode("ascii")).decode("utf-8", "surrogatepass")


class SecretJson(TypeDecorator[Any]):
    """Anything that JSON can hold, encrypted. None is NULL."""

    impl = Text
    cache_ok = True
    comparator_factory = _OnlyNull

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        plain = json.dumps(value, separators=(",", ":"), allow_nan=False)
        return keys_of(dialect).encrypt(plain.encode("ascii")).decode("ascii")

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(keys_of(dialect).decrypt(value.encode("ascii")))


class Hashed(TypeDecorator[str]):
    """The keyed hash of a plain string. Give the plain string to store it or to look for it.

    What is read back is a `Digest`; given to a statement again it is not hashed a second time.
    """

    impl = String(64)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return str(value) if isinstance(value, Digest) else str(keys_of(dialect).hash(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Digest | None:
        return None if value is None else Digest(value)


class UtcTime(TypeDecorator[datetime]):
    """An aware time in, an aware UTC time out: timestamptz on PostgreSQL, naive UTC on SQLite.

    Raises NaiveTimeError.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise NaiveTimeError("A time must say its zone")
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
