"""Read a YAML rule file so that every fault is named with its line and the words allowed there."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

import yaml


class RuleFileError(ValueError):
    """A rule file says something that cannot be used; the message names file, line and what is allowed."""


class Section:
    """One YAML mapping whose keys know their lines."""

    def __init__(self, file: str, node: yaml.Node, name: str) -> None:
        if not isinstance(node, yaml.MappingNode):
            raise RuleFileError(f"{file}, line {node.start_mark.line + 1}: {name} must be a mapping of names to values.")
        self.file, self.name, self.line = file, name, node.start_mark.line + 1
        self._nodes: dict[str, tuple[int, yaml.Node]] = {}
        for key, value in node.value:
            line, word = key.start_mark.line + 1, str(key.value)
            if word in self._nodes:
                raise self.fault(line, f"“{word}” is given twice (first in line {self._nodes[word][0]})")
            self._nodes[word] = (line, value)

    def fault(self, line: int, what: str) -> RuleFileError:
        """Return an error about a line of this file."""
        return RuleFileError(f"{self.file}, line {line}: {what}.")

    def names(self) -> list[str]:
        """Return the names in file order."""
        return list(self._nodes)

    def line_of(self, key: str) -> int:
        """Return the line of a name, or of the section when the name is absent."""
        return self._nodes[key][0] if key in self._nodes else self.line

    def only(self, allowed: Iterable[str], *, required: Iterable[str] = ()) -> None:
        """Refuse any name outside ``allowed`` and any missing required one."""
        names = list(allowed)
        for key, (line, _node) in self._nodes.items():
            if key not in names:
                near = difflib.get_close_matches(key, names, n=1)
                hint = f" (did you mean “{near[0]}”?)" if near else ""
                raise self.fault(line, f"“{key}” is not known in {self.name}{hint}; use one of: {', '.join(names)}")
        for key in required:
            if key not in self._nodes:
                raise self.fault(self.line, f"{self.name} lacks “{key}”")

    def section(self, key: str) -> Section:
        """Return the mapping under a name."""
        return Section(self.file, self._node(key), f"{self.name}.{key}")

    def sections(self) -> Iterator[tuple[str, Section]]:
        """Yield every name with the mapping under it."""
        for key in self._nodes:
            yield key, self.section(key)

    def sequence(self, key: str) -> list[Section]:
        """Return the list of mappings under a name."""
        node = self._node(key)
        if not isinstance(node, yaml.SequenceNode):
            raise self.fault(self.line_of(key), f"“{key}” must be a list")
        return [Section(self.file, item, f"{self.name}.{key}") for item in node.value]

    def text(self, key: str, default: str | None = None) -> str:
        """Return the plain text under a name."""
        if key not in self._nodes and default is not None:
            return default
        node = self._node(key)
        if not isinstance(node, yaml.ScalarNode):
            raise self.fault(self.line_of(key), f"“{key}” must be plain text")
        return str(node.value)

    def word(self, key: str, allowed: Iterable[str]) -> str:
        """Return the text under a name when it is one of the allowed words."""
        names, value = list(allowed), self.text(key)
        if value not in names:
            raise self.fault(self.line_of(key), f"“{key}” is “{value}”; use one of: {', '.join(names)}")
        return value

    def number(self, key: str, default: float | None = None) -> float:
        """Return the number from 0 up under a name."""
        if key not in self._nodes and default is not None:
            return default
        value = self.text(key)
        try:
            number = float(value)
        except ValueError:
            number = -1.0
        if not 0 <= number < float("inf"):
            raise self.fault(self.line_of(key), f"“{key}” is “{value}”; a number from 0 up is needed")
        return number

    def flag(self, key: str, default: bool) -> bool:
        """Return the yes or no under a name."""
        return default if key not in self._nodes else self.word(key, ("true", "false")) == "true"

    def languages(self, key: str) -> dict[str, str]:
        """Return a text in at least Simplified Chinese and English."""
        section = self.section(key)
        section.only(("zh-Hans", "zh-Hant", "en"), required=("zh-Hans", "en"))
        return {language: section.text(language) for language in section.names()}

    def _node(self, key: str) -> yaml.Node:
        if key not in self._nodes:
            raise self.fault(self.line, f"{self.name} lacks “{key}”")
        return self._nodes[key][1]


def read_rule_file(text: str, file: str) -> Section:
    """Parse the text of a rule file; ``file`` is the name used in messages."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RuleFileError(f"{file}, line {line}: not readable as YAML ({error.problem}).") from error
    except yaml.YAMLError as error:
        raise RuleFileError(f"{file}: not readable as YAML ({error}).") from error
    if node is None:
        raise RuleFileError(f"{file}: the file is empty.")
    return Section(file, node, "the file")
