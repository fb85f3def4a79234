"""What a person enters as an address, made certain before it is kept: one shape for each channel."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from huiying.base.ui.errors import BadInput
from huiying.core.collectors.addresses import FetchError, checked_url

from .posting import host_of
from .rules import Channel, Owner

_NUMBER = re.compile(r"\+?\d{5,20}")
_BOT = re.compile(r"\d{5,}:[\w-]{20,}")
_CHAT = re.compile(r"-?\d{3,}|@\w{4,}")
_HEADER = re.compile(r"[A-Za-z0-9-]+:\s*[^\r\n]+")
#: As many last characters of a secret are shown, so that two can be told apart.
TAIL = 4


def checked_address(owner: Owner, channel: Channel, fields: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Return the address to seal and what of it may be shown; raises BadInput with what is wrong."""
    given = {name: value.strip() for name, value in fields.items() if value and value.strip()}
    check = _gateway if owner == Owner.GATEWAY else _CHECKS[channel]
    return check(given)


def _web_address(text: str) -> str:
    try:
        checked_url(text)
    except FetchError as error:
        raise BadInput(_("This is not a web address: it must begin with https:// and hold no name or password.")) from error
    return text


def _robot(given: dict[str, str]) -> tuple[dict[str, str], str]:
    url = _web_address(given.get("url", ""))
    return {name: given[name] for name in ("url", "secret") if name in given}, f"{host_of(url)} …{url[-TAIL:]}"


def _number(given: dict[str, str]) -> tuple[dict[str, str], str]:
    number = re.sub(r"[\s().-]", "", given.get("number", ""))
    if not _NUMBER.fullmatch(number):
        raise BadInput(_("A telephone number has 5 to 20 digits, with + and the country in front or without."))
    return {"number": number}, f"…{number[-TAIL:]}"


def _telegram(given: dict[str, str]) -> tuple[dict[str, str], str]:
    token, chat = given.get("token", ""), given.get("chat", "")
    if not _BOT.fullmatch(token):
        raise BadInput(_("A bot's token looks like 123456:ABC-DEF…; @BotFather shows it."))
    if not _CHAT.fullmatch(chat):
        raise BadInput(_("A chat is a number, or @ and the name of a channel."))
    return {"token": token, "chat": chat}, f"{chat[:3]}…{token[-TAIL:]}"


def _mail(given: dict[str, str]) -> tuple[dict[str, str], str]:
    address = given.get("address", "")
    try:
        validate_email(address)
    except ValidationError as error:
        raise BadInput(_("This is not an e-mail address: name@example.org.")) from error
    name, _at, host = address.rpartition("@")
    return {"address": address}, f"{name[:1]}…@{host}"


def _apprise(given: dict[str, str]) -> tuple[dict[str, str], str]:
    from .relay import NotRelayed, opened_service  # a large library: only where such an address is entered

    url = given.get("url", "")
    try:
        opened_service(url)
    except NotRelayed as error:
        code, _space, what = str(error).partition(" ")
        raise BadInput(_not_relayed(code, what)) from error
    return {"url": url}, f"{url.partition('://')[0]}://…{url.rstrip('/')[-TAIL:]}"


def _not_relayed(code: str, what: str) -> str:
    if code == "option":
        return _("The option “%(name)s” is not taken: Huiying itself decides on time limits, redirects and certificates.") % {"name": what}
    if code == "file":
        return _("The option “%(name)s” names a file: addresses must not read files of this machine.") % {"name": what}
    if code == "service":
        return _("The service “%(name)s” is not taken: it opens connections that Huiying cannot check.") % {"name": what}
    return _("Apprise does not know this address. It looks like service://token/target.")


def _gateway(given: dict[str, str]) -> tuple[dict[str, str], str]:
    url = _web_address(given.get("url", ""))
    method = given.get("method", "POST").upper()
    if method not in ("GET", "POST"):
        raise BadInput(_("The method is GET or POST."))
    template = url + (given.get("body", "") if method == "POST" else "")
    missing = [name for name in ("{number}", "{text}") if name not in template]
    if missing:
        raise BadInput(
            _("The template lacks %(fields)s: without it the gateway does not know what to send to whom.") % {"fields": ", ".join(missing)}
        )
    if "header" in given and not _HEADER.fullmatch(given["header"]):
        raise BadInput(_("A header has the form Name: value."))
    kept: dict[str, str] = {name: given[name] for name in ("body", "header", "expect") if name in given}
    return {"url": url, "method": method, **kept}, host_of(url)


_CHECKS: dict[Channel, Callable[[dict[str, str]], tuple[dict[str, str], str]]] = {
    Channel.WECOM: _robot,
    Channel.DINGTALK: _robot,
    Channel.FEISHU: _robot,
    Channel.SMS: _number,
    Channel.TELEGRAM: _telegram,
    Channel.EMAIL: _mail,
    Channel.APPRISE: _apprise,
}
