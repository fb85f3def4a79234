"""The door out: the only place of the house that sends over the network."""

from __future__ import annotations

import asyncio
import json
import smtplib
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings

from huiying import __version__
from huiying.core.collectors.addresses import FetchError, checked_url, dialable, networks
from huiying.core.collectors.reaching import system_resolve

from .models import Message
from .rules import SEND_SECONDS, Channel, webhook_secret, webhook_signature


class NotDelivered(Exception):
    """A message could not be handed over; ``is_final`` when trying again cannot help."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final


def send(message: Message, now: datetime) -> None:
    """Hand a message over, or raise NotDelivered with the reason."""
    _SENDERS[Channel(message.channel)](message, now)


def full_url(path: str) -> str:
    """Return a path of ours as an address that works from outside."""
    if not path or path.startswith(("http://", "https://")):
        return path
    host = settings.ALLOWED_HOSTS[0] if settings.ALLOWED_HOSTS else "localhost"
    if settings.ENV["HUIYING_HTTPS"]:
        return f"https://{host}{path}"
    return f"http://{host}:{settings.ENV['HUIYING_PORT']}{path}"


def _send_in_app(message: Message, now: datetime) -> None:
    """Do nothing: being in the table is being delivered."""


def _send_email(message: Message, now: datetime) -> None:
    url = urlsplit(str(settings.ENV["HUIYING_SMTP_URL"]))
    if not url.hostname:
        raise NotDelivered("E-mail is off: set HUIYING_SMTP_URL.", is_final=True)
    try:
        letter = _letter(message, now)
    except ValueError as error:
        raise NotDelivered(f"{message.address!r} cannot be written to: {error}", is_final=True) from error
    try:
        with smtplib.SMTP(url.hostname, url.port or 25, timeout=SEND_SECONDS) as server:
            if server.has_extn("starttls"):
                server.starttls()
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
            server.send_message(letter)
    except smtplib.SMTPRecipientsRefused as error:
        code, reason = next(iter(error.recipients.values()))
        raise NotDelivered(f"The mail server refused {message.address}: {code} {_text(reason)}", is_final=code >= 500) from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotDelivered(f"The mail server {url.hostname} did not take the message: {error}") from error


def _letter(message: Message, now: datetime) -> EmailMessage:
    letter = EmailMessage()
    letter["Subject"] = " ".join(message.text.split())[:120]
    letter["From"] = str(settings.ENV["HUIYING_MAIL_FROM"])
    letter["To"] = message.address
    letter["Date"] = now
    letter["Message-ID"] = (
        f"<huiying-{message.pk}-{int(message.created_at.timestamp())}@{letter['From'].addresses[0].domain or 'localhost'}>"
    )
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(f"{message.text}\n\n{full_url(message.url)}\n")
    return letter


def _send_webhook(message: Message, now: datetime) -> None:
    if message.webhook is None or not message.webhook.is_active:
        raise NotDelivered("This webhook was switched off.", is_final=True)
    body = json.dumps(
        {
            "type": "huiying.message",
            "timestamp": now.isoformat(),
            "data": {"key": message.key, "text": message.text, "url": full_url(message.url)},
        },
        ensure_ascii=False,
    ).encode()
    message_id = f"msg_{message.pk}"
    secret = webhook_secret(str(settings.SECRET_KEY), message.webhook.public_id)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"Huiying/{__version__}",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": webhook_signature(secret, message_id, now, body),
    }
    import aiohttp  # a large library that only the process that sends needs

    try:
        status = asyncio.run(_post(message.webhook.url, body, headers))
    except FetchError as error:
        raise NotDelivered(
            f"{message.webhook.url} may not be dialled: {error}. See HUIYING_FETCH_ALLOW.",
            is_final=error.code.startswith(("bad_", "refused_")),
        ) from error
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
        raise NotDelivered(f"{message.webhook.url} did not answer: {error or type(error).__name__}") from error
    if status == 410:
        raise NotDelivered(f"{message.webhook.url} says it is gone (410).", is_final=True)
    if not 200 <= status < 300:
        raise NotDelivered(f"{message.webhook.url} answered {status}.")


async def _post(url: str, body: bytes, headers: dict[str, str]) -> int:
    """POST once to an address that passed the collector's gate; one deadline for everything."""
    import aiohttp

    from huiying.core.collectors.pinning import pinned

    async with asyncio.timeout(SEND_SECONDS):
        allowed: Any = settings.FETCH_ALLOW  # Any: settings come from a table of any type
        _scheme, host, port = checked_url(url)
        addresses = dialable(host, port, await system_resolve(host, port), networks(allowed))
        connector = pinned([str(address) for address in addresses])
        async with (
            aiohttp.ClientSession(connector=connector, trust_env=False) as session,
            session.post(url, data=body, headers=headers, allow_redirects=False) as response,
        ):
            return response.status


def _text(reason: bytes | str) -> str:
    return reason.decode(errors="replace") if isinstance(reason, bytes) else reason


_SENDERS: dict[Channel, Callable[[Message, datetime], None]] = {
    Channel.IN_APP: _send_in_app,
    Channel.EMAIL: _send_email,
    Channel.WEBHOOK: _send_webhook,
}
