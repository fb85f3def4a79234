"""Plan text to plan: one generic reader over the types of ``model``, with every fault named."""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints  # Any: a reader driven by annotations

import yaml

from .faults import Fault, PlanTextError, nearest
from .model import Plan
from .nodes import line_of, parse, scalar

LANGUAGES = ("zh-Hans", "en")
_OPTIONAL_LANGUAGES = ("zh-Hant",)
_KEY = re.compile(r"[a-z][a-z0-9_]*\Z")
_GONE = object()


def load_plan(text: str) -> Plan:
    """Return the plan in a YAML text; raises PlanTextError with all faults, in line order.

    >>> load_plan("key: x")
    Traceback (most recent call last):
    ...
    huiying.core.planning.faults.PlanTextError: line 1, top: ...
    """
    root = parse(text)
    reader = _Reader()
    value = reader.record(root, Plan, "")
    if not reader.faults and isinstance(value, Plan):
        reader.faults += _broken_links(value, line_of(root))
    if reader.faults:
        raise PlanTextError(sorted(reader.faults, key=lambda fault: (fault.line, fault.path)))
    assert isinstance(value, Plan)
    return value


class _Reader:
    """Walks nodes and annotations together and collects faults instead of stopping at the first."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, node: yaml.Node, path: str, message: str) -> object:
        self.faults.append(Fault(line_of(node), path, message))
        return _GONE

    def value(self, node: yaml.Node, wanted: Any, path: str) -> Any:
        origin, arguments = get_origin(wanted), get_args(wanted)
        if origin in (Union, types.UnionType):
            if isinstance(node, yaml.ScalarNode) and node.tag.endswith(":null"):
                return None
            may_be_text = Mapping[str, str] in arguments and isinstance(node, yaml.MappingNode)
            others = (part for part in arguments if part not in (types.NoneType, Mapping[str, str]))
            return self.value(node, Mapping[str, str] if may_be_text else next(others, Mapping[str, str]), path)
        if origin is tuple:
            return self.sequence(node, arguments[0], path)
        if wanted == Mapping[str, str]:
            return self.text(node, path)
        if origin is Mapping:
            return self.table(node, arguments[0], path)
        if isinstance(wanted, type) and is_dataclass(wanted):
            return self.record(node, wanted, path)
        return self.scalar(node, wanted, path)

    def record(self, node: yaml.Node, kind: type[object], path: str) -> object:
        if not isinstance(node, yaml.MappingNode):
            return self.fault(node, path, f"expected the fields of a {kind.__name__.lower()}.")
        wanted = _fields_of(kind)
        found: dict[str, Any] = {}
        for name, child in self.pairs(node, path):
            if name not in wanted:
                self.fault(child, _join(path, name), f"“{name}” is not a field here; {nearest(name, wanted)}")
                continue
            found[name] = self.value(child, wanted[name][1], _join(path, name))
        for name, (field, _hint) in wanted.items():
            if name not in found and field.default is MISSING:
                self.fault(node, path, f"“{name}” is missing.")
        before = any(value is _GONE for value in found.values())
        missing = any(name not in found and field.default is MISSING for name, (field, _hint) in wanted.items())
        return _GONE if before or missing else kind(**found)

    def pairs(self, node: yaml.MappingNode, path: str) -> list[tuple[str, yaml.Node]]:
        seen: dict[str, yaml.Node] = {}
        for key, child in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            if not name:
                self.fault(key, path, "a field name must be a word.")
            elif name in seen:
                self.fault(key, _join(path, name), f"“{name}” is given twice.")
            else:
                seen[name] = child
        return list(seen.items())

    def sequence(self, node: yaml.Node, wanted: Any, path: str) -> Any:
        if not isinstance(node, yaml.SequenceNode):
            return self.fault(node, path, "expected a list.")
        items = [self.value(child, wanted, f"{path}[{place}]") for place, child in enumerate(node.value)]
        self.repeated(node, items, path)
        return _GONE if any(item is _GONE for item in items) else tuple(items)

    def repeated(self, node: yaml.SequenceNode, items: list[Any], path: str) -> None:
        keys: set[str] = set()
        for child, item in zip(node.value, items, strict=True):
            key = getattr(item, "key", None)
            if isinstance(key, str) and key in keys:
                self.fault(child, path, f"the key “{key}” is used twice in this list.")
            keys.add(str(key))

    def text(self, node: yaml.Node, path: str) -> Any:
        if not isinstance(node, yaml.MappingNode):
            return self.fault(node, path, f"expected text in {' and '.join(LANGUAGES)}.")
        found: dict[str, str] = {}
        for name, child in self.pairs(node, path):
            if name not in LANGUAGES + _OPTIONAL_LANGUAGES:
                self.fault(child, _join(path, name), f"“{name}” is not a language here; {nearest(name, LANGUAGES + _OPTIONAL_LANGUAGES)}")
                continue
            value = self.scalar(child, str, _join(path, name))
            if isinstance(value, str):
                found[name] = value
        absent = [language for language in LANGUAGES if not found.get(language, "").strip()]
        return self.fault(node, path, f"the text in {' and '.join(absent)} is missing.") if absent else found

    def table(self, node: yaml.Node, keys: Any, path: str) -> Any:
        if not isinstance(node, yaml.MappingNode):
            return self.fault(node, path, "expected one number a level.")
        known = [member.value for member in keys]
        found: dict[Any, int] = {}
        for name, child in self.pairs(node, path):
            if name not in known:
                self.fault(child, _join(path, name), f"“{name}” is not a level; {nearest(name, known)}")
                continue
            number = self.scalar(child, int, _join(path, name))
            if isinstance(number, int):
                found[keys(name)] = number
        return found if len(found) == len(node.value) else _GONE

    def scalar(self, node: yaml.Node, wanted: Any, path: str) -> Any:
        if not isinstance(node, yaml.ScalarNode):
            return self.fault(node, path, f"expected {_word_for(wanted)}.")
        if isinstance(wanted, type) and issubclass(wanted, StrEnum):
            return self.member(node, wanted, path)
        if wanted is str:
            return self.word(node, path)
        try:
            value = scalar(node)
        except ValueError:
            return self.fault(node, path, f"“{node.value}”: expected {_word_for(wanted)}.")
        if wanted is bool and isinstance(value, bool):
            return value
        if wanted is int and isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        return self.fault(node, path, f"“{node.value}”: expected {_word_for(wanted)}.")

    def word(self, node: yaml.ScalarNode, path: str) -> Any:
        if path.rsplit(".", 1)[-1] == "key" and not _KEY.match(node.value):
            return self.fault(node, path, f"“{node.value}”: a key is small letters, digits and _ (like follow_up).")
        return self.fault(node, path, "the text is empty.") if not node.value.strip() else node.value

    def member(self, node: yaml.ScalarNode, wanted: type[StrEnum], path: str) -> Any:
        known = [member.value for member in wanted]
        if node.value not in known:
            return self.fault(node, path, f"“{node.value}” is not known; {nearest(node.value, known)}")
        return wanted(node.value)


_known_fields: dict[type, dict[str, tuple[Field[Any], Any]]] = {}


def _fields_of(kind: type) -> dict[str, tuple[Field[Any], Any]]:
    if kind not in _known_fields:
        hints = get_type_hints(kind)
        _known_fields[kind] = {field.name: (field, hints[field.name]) for field in fields(kind)}
    return _known_fields[kind]


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _word_for(wanted: Any) -> str:
    return {str: "text", int: "a whole number from 0", bool: "yes or no"}.get(wanted, "one word")


def _broken_links(plan: Plan, line: int) -> list[Fault]:
    """Return references inside the plan that lead nowhere."""
    steps = {step.key for _stage, step in plan.steps()}
    resources = {resource.key for resource in plan.resources}
    citations = {citation.key for citation in plan.citations}
    groups = {group.key for group in plan.groups}
    faults: list[Fault] = []

    def check(path: str, word: str, known: set[str], what: str) -> None:
        if word not in known:
            faults.append(Fault(line, path, f"“{word}” is not a {what} of this plan; {nearest(word, known)}"))

    for stage, step in plan.steps():
        path = f"stages.{stage.key}.{step.key}"
        if step.owner:
            check(path, step.owner.group, groups, "group")
            group = plan.group(step.owner.group)
            if group:
                check(path, step.owner.post, {post.key for post in group.posts()}, f"post of {group.key}")
        for word in step.resources:
            check(path, word, resources, "resource")
        for word in step.support:
            check(path, word, groups, "group")
    for clock in plan.clocks:
        check(f"clocks.{clock.key}", clock.stops_with_step, steps, "step")
        check(f"clocks.{clock.key}", clock.citation, citations, "citation")
    if len(steps) < sum(1 for _ in plan.steps()):
        faults.append(Fault(line, "stages", "two steps have the same key: a step's key is unique in the whole plan."))
    return faults
