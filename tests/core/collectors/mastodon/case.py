"""A Mastodon server with a hashtag timeline."""

from __future__ import annotations

from aiohttp import web
from tests.core.collectors.conformance import HttpCase, HttpServed

HANDLE = "xiaowang77"


def status(number: int, **more: object) -> dict[str, object]:
    """Return a status as the API gives it."""
    account = {"id": "1", "acct": HANDLE, "url": f"https://m.example/@{HANDLE}", "discoverable": True, "noindex": False, "note": ""}
    return {
        "id": str(114_000_000_000_000_000 + number),
        "uri": f"https://m.example/users/{HANDLE}/statuses/{number}",
        "url": f"https://m.example/@{HANDLE}/{number}",
        "created_at": "2026-11-24T07:00:00.000Z",
        "edited_at": None,
        "visibility": "public",
        "language": "zh",
        "sensitive": False,
        "spoiler_text": "",
        "content": f"<p>北区又停水了 {number}<br>谁知道原因？</p>",
        "account": account,
        "reblog": None,
        **more,
    }


def timeline(statuses: list[dict[str, object]], request: web.BaseRequest) -> web.Response:
    """Return one page of a timeline, newest first, as ``limit`` and ``min_id`` ask, with the Link header."""
    after, limit = int(request.query.get("min_id", "0")), int(request.query.get("limit", "20"))
    newer = sorted((s for s in statuses if int(str(s["id"])) > after), key=lambda s: int(str(s["id"])))
    page = (newer[:limit] if "min_id" in request.query else newer[-limit:])[::-1]
    answer = web.json_response(page)
    if page:
        here = f"http://{request.host}{request.path}"
        answer.headers["Link"] = f'<{here}?max_id={page[-1]["id"]}>; rel="next", <{here}?min_id={page[0]["id"]}>; rel="prev"'
    return answer


class MastodonCase(HttpCase):
    """Three posts with a hashtag."""

    key = "mastodon"
    options = {"timeline": "hashtag", "hashtag": "停水"}
    handles = (HANDLE,)

    def content(self, request: web.BaseRequest, served: HttpServed) -> web.Response:
        """Return the timeline."""
        return timeline([status(n) for n in range(1, served.count + 1)], request)


CASE = MastodonCase()
