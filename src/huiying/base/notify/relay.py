"""Telegram and whatever else Apprise knows, through the same gate as everything that leaves the house.

Apprise takes about a second and 50 MiB to load: only the process that sends imports it, at its first message. Its services that
send with ``requests`` are taken; those that open connections of their own, or write on this machine, are not.
"""

from __future__ import annotations

import asyncio
import logging
import re
import sys
import warnings
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any  # sockets' options and a library's arguments
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings

from huiying.core.collectors.addresses import FetchError, dialable, networks
from huiying.core.collectors.reaching import system_resolve

from .posting import refusal_of
from .reasons import NotDelivered
from .rules import SEND_SECONDS
from .sealing import redacted

if TYPE_CHECKING:
    import socket

    from apprise import NotifyBase

#: A module that has one of these opens connections of its own, which the gate does not see.
OWN_DOORS = frozenset({"socket", "ssl", "smtplib", "subprocess", "websocket", "websockets"})
#: Options that would change what the house decides: how long, whether redirects count, whose certificate.
OURS = frozenset({"redirect", "rto", "cto", "verify", "overflow", "format"})
_CREDENTIALS = re.compile(r"://\S+")


class NotRelayed(ValueError):
    """An Apprise address that is not taken, with a code for the sentence."""


def send_by_apprise(url: str, text: str) -> None:
    """Send a text by the service of an Apprise address; raises NotDelivered."""
    try:
        service = opened_service(url)
    except NotRelayed as error:
        raise NotDelivered("service_failed", is_final=True, detail=error) from error
    heard = _Heard()
    logger = logging.getLogger("apprise")
    logger.addHandler(heard)
    try:
        taken = service.notify(body=text)
    except FetchError as error:
        raise refusal_of(error, str(service.service_name)) from error
    except TypeError as error:  # what Apprise says of a message that it cannot send at all
        raise NotDelivered("service_failed", is_final=True, detail=type(error).__name__) from error
    finally:
        logger.removeHandler(heard)
    if not taken:
        raise NotDelivered("service_failed", detail=_CREDENTIALS.sub("://…", redacted(heard.last, {"url": url}))[:200])


def opened_service(url: str) -> NotifyBase:
    """Return Apprise's service of an address, with our limits; raises NotRelayed with a code when it is not taken."""
    parts = urlsplit(url)
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name.lower() in OURS:
            raise NotRelayed(f"option {name}")
        if value.startswith(("/", "~", ".", "file:")):
            raise NotRelayed(f"file {name}")
    apprise = _apprise()
    asset = apprise.AppriseAsset(http_redirects=False, app_id="Huiying", app_desc="Huiying", app_url="")
    service: NotifyBase | None = apprise.Apprise.instantiate(url, asset=asset)
    if service is None:
        raise NotRelayed("unknown")
    module = vars(sys.modules[type(service).__module__])
    if "requests" not in module or OWN_DOORS & module.keys():
        raise NotRelayed(f"service {parts.scheme}")
    service.socket_connect_timeout = service.socket_read_timeout = SEND_SECONDS / 2
    return service


@lru_cache(maxsize=1)
def _apprise() -> Any:  # Any: the module itself
    """Load Apprise, and let every connection of ``requests`` in this process pass our gate."""
    import urllib3.util.connection

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the optional parts of a library say of themselves is not about us
        import apprise
        from apprise.manager_plugins import NotificationManager

        manager: Any = NotificationManager  # Any: the library leaves it untyped
        manager().load_modules()
    urllib3.util.connection.create_connection = _gated(urllib3.util.connection.create_connection)
    return apprise


def _gated(dial: Any) -> Any:  # Any: urllib3's own function, with its own many arguments
    """Return a dialler that looks a name up once, asks the gate, and dials exactly what passed."""

    def create_connection(address: tuple[str, int], *args: object, **options: object) -> socket.socket:
        host, port = address
        host = host.strip("[]")
        allowed: Any = settings.FETCH_ALLOW  # Any: settings come from a table of any type
        passed = dialable(host, port, asyncio.run(system_resolve(host, port)), networks(allowed))
        failure: OSError | None = None
        for place in passed:
            try:
                connection: socket.socket = dial((str(place), port), *args, **options)
            except OSError as error:
                failure = error
            else:
                return connection
        assert failure is not None  # the gate never passes an empty list
        raise failure

    return create_connection


class _Heard(logging.Handler):
    """What Apprise said last: it answers yes or no and writes the reason into its log."""

    last = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a warning."""
        if record.levelno >= logging.WARNING:
            self.last = record.getMessage()


def telegram_url(address: Mapping[str, str]) -> str:
    """Return a bot's token and a chat as Apprise writes them."""
    return f"tgram://{address['token']}/{address['chat']}/?preview=no"
