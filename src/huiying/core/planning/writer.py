"""Plan to plan text; reading it back gives the same plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum

import yaml

from .model import Plan


def to_text(plan: Plan) -> str:
    """Return the plan as YAML: fields in the order of the model, defaults left out."""
    return yaml.dump(_plain(plan), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=140)


class _Dumper(yaml.SafeDumper):
    """Never writes anchors: a plan text has no aliases."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        pairs = ((field, getattr(value, field.name)) for field in fields(value))
        return {field.name: _plain(part) for field, part in pairs if field.default is MISSING or part != field.default}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    return value
