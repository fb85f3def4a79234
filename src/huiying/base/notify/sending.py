"""The door out: the only place of the house that sends over the network."""

from __future__ import annotations

import json
import smtplib
from collections.abc import Callable, Mapping
from datetime import datetime
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from django.conf import settings

from huiying import __version__

from .gateways import send_text_message
from .models import Address, Message
from .posting import hand_in
from .reasons import NotDelivered
from .relay import send_by_apprise, telegram_url
from .robots import send_to_robot
from .rules import SEND_SECONDS, Channel, Owner, webhook_secret, webhook_signature
from .sealing import SealBroken, opened


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


def message_id(message: Message) -> str:
    """Return the name under which the far side can tell a second copy: the same at every try."""
    return f"huiying-{message.pk}-{int(message.created_at.timestamp())}"


def _text(message: Message) -> str:
    link = full_url(message.url)
    return f"{message.text}\n{link}" if link else message.text


def _address(way: Address | None) -> dict[str, str]:
    """Open the address of a way that is still in use."""
    if way is None or way.removed_at is not None or not way.is_active:
        raise NotDelivered("way_off", is_final=True)
    try:
        return opened(way.sealed)
    except SealBroken as error:
        raise NotDelivered("way_sealed", is_final=True) from error


def _send_in_app(message: Message, now: datetime) -> None:
    """Do nothing: being in the table is being delivered."""


def _send_robot(message: Message, now: datetime) -> None:
    send_to_robot(Channel(message.channel), _address(message.way), _text(message), now)


def _send_sms(message: Message, now: datetime) -> None:
    number = _address(message.way)["number"]
    gateway = Address.objects.filter(owner=Owner.GATEWAY, is_active=True, removed_at=None).order_by("pk").first()
    if gateway is None:
        raise NotDelivered("no_gateway", is_final=True)
    values = {"number": number, "text": message.text, "url": full_url(message.url), "id": message_id(message)}
    send_text_message(_address(gateway), values)


def _send_telegram(message: Message, now: datetime) -> None:
    send_by_apprise(telegram_url(_address(message.way)), _text(message))


def _send_apprise(message: Message, now: datetime) -> None:
    send_by_apprise(_address(message.way)["url"], _text(message))


def _send_email(message: Message, now: datetime) -> None:
    to = message.address if message.way_id is None else _address(message.way)["address"]
    url = urlsplit(str(settings.ENV["HUIYING_SMTP_URL"]))
    if not url.hostname:
        raise NotDelivered("mail_off", is_final=True)
    try:
        letter = _letter(message, to, now)
    except ValueError as error:
        raise NotDelivered("mail_bad_address", is_final=True, address=repr(message.address), detail=error) from error
    try:
        with smtplib.SMTP(url.hostname, url.port or 25, timeout=SEND_SECONDS) as server:
            if server.has_extn("starttls"):
                server.starttls()
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
            server.send_message(letter)
    except smtplib.SMTPRecipientsRefused as error:
        code, reason = next(iter(error.recipients.values()))
        said = f"{code} {reason.decode(errors='replace') if isinstance(reason, bytes) else reason}".replace(to, message.address)
        raise NotDelivered("mail_refused", is_final=code >= 500, address=message.address, detail=said) from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotDelivered("mail_away", host=url.hostname, detail=str(error).replace(to, message.address)) from error


def _letter(message: Message, to: str, now: datetime) -> EmailMessage:
    letter = EmailMessage()
    letter["Subject"] = " ".join(message.text.split())[:120]
    letter["From"] = str(settings.ENV["HUIYING_MAIL_FROM"])
    letter["To"] = to
    letter["Date"] = now
    letter["Message-ID"] = f"<{message_id(message)}@{letter['From'].addresses[0].domain or 'localhost'}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(f"{message.text}\n\n{full_url(message.url)}\n")
    return letter


def _send_webhook(message: Message, now: datetime) -> None:
    if message.webhook is None or not message.webhook.is_active:
        raise NotDelivered("webhook_off", is_final=True)
    data: Mapping[str, object] = {"key": message.key, "text": message.text, "url": full_url(message.url)}
    body = json.dumps({"type": "huiying.message", "timestamp": now.isoformat(), "data": data}, ensure_ascii=False).encode()
    name = f"msg_{message.pk}"
    secret = webhook_secret(str(settings.SECRET_KEY), message.webhook.public_id)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"Huiying/{__version__}",
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": webhook_signature(secret, name, now, body),
    }
    hand_in(message.webhook.url, body, headers, shown=message.webhook.url)


_SENDERS: dict[Channel, Callable[[Message, datetime], None]] = {
    Channel.IN_APP: _send_in_app,
    Channel.EMAIL: _send_email,
    Channel.WEBHOOK: _send_webhook,
    Channel.WECOM: _send_robot,
    Channel.DINGTALK: _send_robot,
    Channel.FEISHU: _send_robot,
    Channel.SMS: _send_sms,
    Channel.TELEGRAM: _send_telegram,
    Channel.APPRISE: _send_apprise,
}
