"""Text messages by whatever HTTP gateway the organisation has: address, method, fields, and what a good answer contains."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from urllib.parse import quote

from huiying import __version__

from .posting import hand_in, host_of
from .reasons import NotDelivered

#: What a template may name.
FIELDS = ("number", "text", "url", "id")


def send_text_message(gateway: Mapping[str, str], values: Mapping[str, str]) -> None:
    """Give a text message, its ``FIELDS`` by name, to the gateway; raises NotDelivered unless its answer contains what was agreed."""
    url = _filled(gateway["url"], values, lambda value: quote(value, safe=""))
    body, content_type = _body(gateway, values)
    headers = {"User-Agent": f"Huiying/{__version__}", "Idempotency-Key": values["id"]}
    if content_type:
        headers["Content-Type"] = content_type
    if gateway.get("header"):
        name, _colon, value = gateway["header"].partition(":")
        headers[name.strip()] = value.strip()
    answer = hand_in(url, body, headers, gateway["method"])
    expected = gateway.get("expect", "")
    if expected and expected not in answer.body.decode(errors="replace"):
        raise NotDelivered("not_taken", host=host_of(url), detail=answer.body[:120].decode(errors="replace"))


def _body(gateway: Mapping[str, str], values: Mapping[str, str]) -> tuple[bytes | None, str]:
    template = gateway.get("body", "")
    if gateway["method"] == "GET" or not template:
        return None, ""
    if template.lstrip().startswith(("{", "[")):
        return _filled(template, values, lambda value: json.dumps(value, ensure_ascii=False)[1:-1]).encode(), "application/json"
    return _filled(template, values, lambda value: quote(value, safe="")).encode(), "application/x-www-form-urlencoded"


def _filled(template: str, values: Mapping[str, str], quoted: Callable[[str], str]) -> str:
    """Put values into a template in one go, so that a value that looks like a field stays a value.

    >>> _filled("to={number}&text={text}", {"number": "1", "text": "{number}", "url": "", "id": ""}, str)
    'to=1&text={number}'
    """
    parts = []
    rest = template
    while rest:
        found = min(((rest.find("{" + name + "}"), name) for name in FIELDS if "{" + name + "}" in rest), default=None)
        if found is None:
            parts.append(rest)
            break
        at, name = found
        parts += [rest[:at], quoted(values[name])]
        rest = rest[at + len(name) + 2 :]
    return "".join(parts)
