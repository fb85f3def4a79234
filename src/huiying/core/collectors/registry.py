"""Find the connectors, one a sub-folder, and hold their options to what they declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import cast

from .contract import BadOption, Connector, Json, Kind, Option

_TYPES: Mapping[Kind, str] = {
    Kind.TEXT: "text",
    Kind.LONG: "text",
    Kind.NUMBER: "a whole number",
    Kind.FLAG: "true or false",
    Kind.WORDS: "a list of texts",
}


class _Folders(Mapping[str, Connector]):
    """The sub-folders of this package, each imported when its connector is first asked for: some bring large libraries."""

    def __init__(self) -> None:
        self._package = __name__.rpartition(".")[0]
        self._names = sorted(module.name for module in iter_modules([str(Path(__file__).parent)]) if module.ispkg)

    def __getitem__(self, key: str) -> Connector:
        if key not in self._names:
            raise KeyError(key)
        return cast(Connector, import_module(f"{self._package}.{key}").CONNECTOR)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


#: Every connector by its key, which is the name of its folder.
CONNECTORS: Mapping[str, Connector] = _Folders()


def checked_options(connector: Connector, options: Mapping[str, object]) -> dict[str, Json]:
    """Return every declared option with its value or default; raises BadOption.

    Nothing given is ignored: what is unknown is refused by its name. An empty value counts as not given.
    """
    known = {option.key: option for option in connector.options}
    for key, value in options.items():
        if key not in known:
            raise BadOption(key, value, f"accepted are {', '.join(known) or 'no options'}", code="unknown_option")
    return {key: _checked(option, options.get(key)) for key, option in known.items()}


def _checked(option: Option, value: object) -> Json:
    if value is None or value == "" or value == []:
        if option.required:
            raise BadOption(option.key, value, f"{_TYPES[option.kind]} is required", code="missing_option")
        return option.default
    if not _fits(option.kind, value):
        raise _refusal(option, value, _TYPES[option.kind], "wrong_type")
    given = [str(word) for word in value] if isinstance(value, (list, tuple)) else [value]
    if option.choices and any(word not in option.choices for word in given):
        raise _refusal(option, value, ", ".join(option.choices), "not_a_choice")
    amount = value if option.kind is Kind.NUMBER else len(given) if option.kind is Kind.WORDS else None
    if isinstance(amount, int) and not (option.least or 0) <= amount <= (option.most if option.most is not None else amount):
        span = f"from {option.least or 0}" + (f" to {option.most}" if option.most is not None else "")
        raise _refusal(option, value, span, "out_of_range")
    return cast(Json, value)


def _fits(kind: Kind, value: object) -> bool:
    if kind is Kind.FLAG:
        return isinstance(value, bool)
    if kind is Kind.NUMBER:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind is Kind.WORDS:
        return isinstance(value, (list, tuple)) and all(isinstance(word, str) and word.strip() for word in value)
    return isinstance(value, str)


def _refusal(option: Option, value: object, accepted: str, code: str) -> BadOption:
    return BadOption(option.key, "…" if option.secret else value, accepted, code=code)
