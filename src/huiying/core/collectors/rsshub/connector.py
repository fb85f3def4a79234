"""Poll one route of an RSSHub instance that somebody runs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from ..contract import Answer, Ask, BadOption, Json, Mode, Option
from ..feed.connector import OPTIONS, FeedConnector

_ROUTE = re.compile(r"/[^\s?#]+(?:\?[^\s#]*)?")
_FEED = FeedConnector()


@dataclass(frozen=True)
class RssHubConnector:
    """The address is the instance, the route says what of it; underneath it is a feed."""

    key: str = "rsshub"
    label: Mapping[str, str] = field(default_factory=lambda: {"en": "RSSHub route", "zh-Hans": "RSSHub 路由"})
    mode: Mode = Mode.POLL
    options: tuple[Option, ...] = (
        Option(
            "route",
            {"en": "Route", "zh-Hans": "路由"},
            {"en": "Begins with a slash, such as /weibo/user/1195230310.", "zh-Hans": "以斜杠开头，例如 /weibo/user/1195230310。"},
            required=True,
        ),
        Option(
            "key",
            {"en": "Access key", "zh-Hans": "访问密钥"},
            {"en": "Only if the instance asks for one (ACCESS_KEY).", "zh-Hans": "仅当实例设置了 ACCESS_KEY 时需要。"},
            secret=True,
        ),
        *OPTIONS,
    )
    signals_deletions: bool = False
    terms: Mapping[str, str] = field(
        default_factory=lambda: {
            "en": "An RSSHub instance reads other sites: check the terms of the site behind the route; the instance's owner must agree.",
            "zh-Hans": "RSSHub 实例会去读取其他网站：请查看路由背后网站的条款，并征得实例所有者同意。",
        }
    )

    def check(self, url: str, options: Mapping[str, Json]) -> None:
        """Refuse an address that is no instance, or a route that is no path: raises BadOption."""
        _FEED.check(url, options)
        route_url(url, options)

    async def poll(self, ask: Ask) -> Answer:
        """Ask the route. The signed address stays here: what comes back names it nowhere."""
        url = route_url(ask.url, ask.options)
        answer = await _FEED.poll(replace(ask, url=url))
        return replace(answer, moved_to="", hub="", topic="")


def route_url(instance: str, options: Mapping[str, Json]) -> str:
    """Return the address of the route, signed so that the key itself never travels.

    >>> route_url("https://hub.example/", {"route": "/weibo/user/1"})
    'https://hub.example/weibo/user/1'
    """
    if urlsplit(instance).query or urlsplit(instance).fragment:
        raise BadOption("url", instance, "the address of the instance alone; the route is an option")
    route = str(options.get("route") or "")
    if not _ROUTE.fullmatch(route) or ".." in route or route.startswith("//"):
        raise BadOption("route", route, "a path that begins with one slash, such as /weibo/user/1195230310")
    path, _mark, query = route.partition("?")
    key = str(options.get("key") or "")
    if key:  # RSSHub defines the code as MD5 of path and key
        code = hashlib.md5(f"{path}{key}".encode(), usedforsecurity=False).hexdigest()
        query = f"{query}&code={code}" if query else f"code={code}"
    return instance.rstrip("/") + path + (f"?{query}" if query else "")


CONNECTOR = RssHubConnector()
