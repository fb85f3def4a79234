"""YAML text to plain values that remember their line; refuses what a plan never needs."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from .faults import Fault, PlanTextError

#: A plan of 1,000 steps is about 600 kB; more than 1 MB is not a plan.
MAX_CHARACTERS = 1_000_000
#: A plan is at most nine levels deep; deeper text is refused before it can exhaust the stack.
MAX_DEPTH = 20

#: The same reader in C where libyaml is there: 30 times faster.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SCALAR_TAGS = {
    "tag:yaml.org,2002:str",
    "tag:yaml.org,2002:int",
    "tag:yaml.org,2002:float",
    "tag:yaml.org,2002:bool",
    "tag:yaml.org,2002:null",
    "tag:yaml.org,2002:timestamp",
}


def parse(text: str) -> yaml.Node:
    """Return the root node; raises PlanTextError for broken, oversized or tricky YAML."""
    if len(text) > MAX_CHARACTERS:
        raise PlanTextError([Fault(1, "", f"the text has {len(text)} characters, a plan at most {MAX_CHARACTERS}.")])
    try:
        _refuse_tricks(yaml.parse(text, Loader=_LOADER))
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise PlanTextError([_yaml_fault(error)]) from error
    if root is None:
        raise PlanTextError([Fault(1, "", "the text is empty.")])
    return root


def _refuse_tricks(events: Iterator[yaml.Event]) -> None:
    depth = 0
    for event in events:
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise PlanTextError([Fault(line, "", "aliases (*name) are not used in plans: write the text out.")])
        if depth > MAX_DEPTH:
            raise PlanTextError([Fault(line, "", f"the text is nested more than {MAX_DEPTH} levels deep.")])


def _yaml_fault(error: yaml.YAMLError) -> Fault:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    return Fault(mark.line + 1 if mark else 1, "", f"this is not YAML: {problem}.")


def line_of(node: yaml.Node) -> int:
    """Return the line a node starts on, counted from 1."""
    return node.start_mark.line + 1


def scalar(node: yaml.ScalarNode) -> str | int | bool | None:
    """Return a scalar as text, whole number, truth value or None; dates and fractions stay text."""
    tag, value = node.tag, str(node.value)
    if tag not in _SCALAR_TAGS:
        raise ValueError(f"the tag {tag} is not used in plans.")
    if tag.endswith(":null"):
        return None
    if tag.endswith(":bool"):
        return value.lower() in {"yes", "true", "on"}
    if tag.endswith(":int"):
        return int(value.replace("_", ""), 10)
    return value
