"""Read small lists of many tables in one query.

A page that shows a little of everything would else ask once a table. Each table becomes one branch of
a UNION ALL, each row one JSON object, and the objects become records again here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, TypeVar, cast  # rows of any table

from django.db import connections, models
from django.db.models import Count, F, Func, QuerySet, Value
from django.db.models.functions import JSONObject

T = TypeVar("T")
#: Columns whose values would not come through JSON as they are.
_UNFIT = (models.BinaryField, models.DecimalField, models.FloatField, models.DurationField)


class _Object(JSONObject):
    """A JSON object; Django would ask every new connection first whether this SQLite knows JSON, which every one since 3.38 does."""

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Return the call."""
        return Func.as_sql(self, compiler, connection, **context)


@dataclass(frozen=True)
class Reading:
    """Which rows to read: of them all columns or only some, columns of the rows they point at, and by what they are sorted."""

    query: QuerySet[Any]
    only: tuple[str, ...] = ()
    related: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    order: Callable[[Any], Any] = attrgetter("pk")
    newest_first: bool = False


@dataclass(frozen=True)
class Counting:
    """How many rows there are."""

    query: QuerySet[Any]


@dataclass(frozen=True)
class Together:
    """What was read: records by name, in their order, and numbers by name."""

    rows: Mapping[str, list[Any]]
    counts: Mapping[str, int]


def read_together(wanted: Mapping[str, Reading | Counting]) -> Together:
    """Read everything wanted in one query; nothing wanted asks nothing."""
    branches = [_branch(name, each) for name, each in wanted.items()]
    found: list[tuple[str, Any]] = list(branches[0].union(*branches[1:], all=True)) if branches else []
    rows: dict[str, list[Any]] = {name: [] for name, each in wanted.items() if isinstance(each, Reading)}
    counts = {name: 0 for name, each in wanted.items() if isinstance(each, Counting)}
    for name, body in found:
        each = wanted[name]
        if isinstance(each, Counting):
            counts[name] = body["n"]
        else:
            rows[name].append(_record(each, body))
    for name, records in rows.items():
        asked = cast(Reading, wanted[name])
        records.sort(key=asked.order, reverse=asked.newest_first)
    return Together(rows, counts)


def once(owner: object, name: str, read: Callable[[], T]) -> T:
    """Return what was read for a request, or for the record a page is about; only the first who asks reads it."""
    kept: dict[str, object] = owner.__dict__.setdefault("_read_once", {})
    if name not in kept:
        kept[name] = read()
    return cast(T, kept[name])


def attach(record: models.Model, name: str, rows: list[Any]) -> None:
    """Let ``record.name.all()`` answer with rows that are read already, as after a prefetch."""
    found = getattr(record, name).all()
    found._result_cache, found._prefetch_done = rows, True
    record.__dict__.setdefault("_prefetched_objects_cache", {})[name] = found


def _branch(name: str, each: Reading | Counting) -> Any:
    query = each.query.order_by().annotate(_name=Value(name, output_field=models.TextField()))
    if isinstance(each, Counting):
        return query.values("_name").annotate(_body=_Object(n=Count("pk"))).values_list("_name", "_body")
    own = {column.attname: F(column.attname) for column in _columns(query.model, each.only)}
    others = {
        key: _Object(**{column.attname: F(f"{key}__{column.attname}") for column in _columns(_target(query.model, key), names)})
        for key, names in each.related.items()
    }
    return query.annotate(_body=_Object(**own, **{f"{key}__": value for key, value in others.items()})).values_list("_name", "_body")


def _columns(model: type[models.Model], only: tuple[str, ...]) -> list[Any]:
    """Return the columns asked for, the key always among them."""
    if unknown := set(only) - {column.name for column in model._meta.concrete_fields}:
        raise LookupError(f"{model.__name__} has no column {sorted(unknown)}.")
    columns = [column for column in model._meta.concrete_fields if not only or column.name in only or column.primary_key]
    if unfit := [column.name for column in columns if isinstance(column, _UNFIT)]:
        raise LookupError(f"JSON cannot carry {model.__name__}.{unfit[0]} unchanged: name the columns to read.")
    return columns


def _target(model: type[models.Model], key: str) -> type[models.Model]:
    target = model._meta.get_field(key).related_model
    assert isinstance(target, type)
    return target


def _record(each: Reading, body: dict[str, Any]) -> models.Model:
    model, database = each.query.model, each.query.db
    record = _load(model, each.only, body, database)
    for key, only in each.related.items():
        target, part = _target(model, key), body[f"{key}__"]
        other = _load(target, only, part, database) if part[target._meta.pk.attname] is not None else None
        model._meta.get_field(key).set_cached_value(record, other)
    return record


def _load(model: type[models.Model], only: tuple[str, ...], body: dict[str, Any], database: str) -> models.Model:
    columns = _columns(model, only)
    is_text = connections[database].vendor == "sqlite"
    return model.from_db(database, [column.attname for column in columns], [_value(each, body[each.attname], is_text) for each in columns])


def _value(column: Any, raw: Any, is_text: bool) -> Any:
    """Return what the column holds, from what JSON can hold; SQLite keeps JSON and moments as text."""
    if raw is None:
        return None
    if isinstance(column, models.DateTimeField):
        moment = datetime.fromisoformat(raw)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if isinstance(column, models.JSONField):
        return json.loads(raw) if is_text else raw
    return column.to_python(raw)
