"""Turn the bytes of an answer into the text or the JSON value that a connector reads."""

from __future__ import annotations

import json

from .addresses import FetchError
from .encodings import decode
from .fetched import Fetched

#: What a Content-Type of a page may hold; servers that do not know say octet-stream.
_READABLE = ("html", "xml", "text/plain", "octet-stream")


def html_of(fetched: Fetched) -> str:
    """Return the text of a web page; raises FetchError when there is none or it is something else."""
    body = fetched.body or b""
    if not body.strip():
        raise FetchError("empty")
    kind = fetched.content_type.partition(";")[0].strip().lower()
    if kind and not any(word in kind for word in _READABLE):
        raise FetchError("not_a_page", kind[:60])
    return decode(body, content_type=fetched.content_type).text


def json_of(fetched: Fetched) -> object:
    """Return the JSON value of an answer; raises FetchError "empty" or "not_json"."""
    text = decode(fetched.body or b"", content_type=fetched.content_type).text.lstrip("\ufeff")
    if not text.strip():
        raise FetchError("empty")
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FetchError("not_json", str(error)[:120]) from error
    return value
