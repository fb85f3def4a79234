"""Read the mapping file of a JSON list: where its items are, and which field says what (no I/O)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import jmespath
import yaml
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult

from ..contract import BadOption

CHINA = ZoneInfo("Asia/Shanghai")
#: A mapping is a page of text (characters).
MAPPING_LIMIT = 20_000
FIELDS = ("title", "text", "url", "id", "published_at", "heat", "rank", "language", "channel", "author")
_KEYS = ("version", "name", "items", "fields", "once_per")
_RULE_KEYS = ("path", "value", "template", "format", "zone")
FORMATS = ("seconds", "milliseconds", "text")
_PERIODS = ("ever", "day")


@dataclass(frozen=True)
class Rule:
    """How one field is found: by a path in the item, as a constant, or from a template over other fields."""

    path: ParsedResult | None = None
    value: str = ""
    template: str = ""
    format: str = "text"
    zone: ZoneInfo = CHINA


@dataclass(frozen=True)
class ListMapping:
    """What a mapping file says."""

    items: ParsedResult
    rules: Mapping[str, Rule] = field(default_factory=dict)
    #: Whether an item without an id of its own counts once for ever or once a day.
    once_per: str = "ever"


def read_mapping(text: str) -> ListMapping:
    """Return what a mapping file says; raises BadOption naming the place and what is accepted there.

    >>> sorted(read_mapping("version: 1\\nitems: data\\nfields: {title: word}").rules)
    ['title']
    """
    if len(text) > MAPPING_LIMIT:
        raise _bad("", f"at most {MAPPING_LIMIT} characters")
    try:
        said = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}: " if mark else ""
        raise _bad("", f"{place}YAML or JSON text ({str(getattr(error, 'problem', '') or error)[:120]})") from error
    if not isinstance(said, dict):
        raise _bad("", f"an object with {', '.join(_KEYS)}")
    _known(said, _KEYS, "")
    if said.get("version") != 1:
        raise _bad("version", "1")
    if said.get("once_per", "ever") not in _PERIODS:
        raise _bad("once_per", ", ".join(_PERIODS))
    fields = said.get("fields")
    if not isinstance(fields, dict):
        raise _bad("fields", f"an object with some of {', '.join(FIELDS)}")
    _known(fields, FIELDS, "fields.")
    if "title" not in fields and "text" not in fields:
        raise _bad("fields", "a title or a text is required")
    rules = {str(name): _rule(f"fields.{name}", rule) for name, rule in fields.items()}
    return ListMapping(_path("items", said.get("items")), rules, str(said.get("once_per", "ever")))


def _rule(place: str, said: object) -> Rule:
    if isinstance(said, str):
        return Rule(path=_path(place, said))
    if not isinstance(said, dict):
        raise _bad(place, "a path, or an object with " + ", ".join(_RULE_KEYS))
    _known(said, _RULE_KEYS, f"{place}.")
    given = [key for key in ("path", "value", "template") if key in said]
    if len(given) != 1:
        raise _bad(place, "exactly one of path, value, template")
    zone = str(said.get("zone", "Asia/Shanghai"))
    if said.get("format", "text") not in FORMATS:
        raise _bad(f"{place}.format", ", ".join(FORMATS))
    try:
        clock = ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise _bad(f"{place}.zone", "a name such as Asia/Shanghai") from error
    return Rule(
        path=_path(f"{place}.path", said["path"]) if "path" in said else None,
        value=str(said.get("value", "")),
        template=_template(f"{place}.template", said["template"]) if "template" in said else "",
        format=str(said.get("format", "text")),
        zone=clock,
    )


def _path(place: str, said: object) -> ParsedResult:
    if not isinstance(said, str) or not said.strip():
        raise _bad(place, "a JMESPath expression, such as data.list")
    try:
        return jmespath.compile(said)
    except (JMESPathError, ValueError, RecursionError) as error:
        raise _bad(place, f"a JMESPath expression, such as data.list ({str(error).splitlines()[0][:120]})") from error


def _template(place: str, said: object) -> str:
    text = str(said)
    names = [piece.partition("}")[0] for piece in text.split("{")[1:]]
    allowed = [name for name in FIELDS if name != "url"]
    if not names or any(name not in allowed for name in names):
        raise _bad(place, "text with names in braces out of " + ", ".join(allowed))
    return text


def _known(said: Mapping[object, object], accepted: tuple[str, ...], place: str) -> None:
    for key in said:
        if key not in accepted:
            raise _bad(f"{place}{key}", f"accepted are {', '.join(accepted)}")


def _bad(place: str, accepted: str) -> BadOption:
    return BadOption("mapping", place, accepted)
