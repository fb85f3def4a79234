"""Every setting, read from the environment once, with its documentation beside it.

``docs/reference/settings.md`` is written from this table and a test compares the two.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .database import is_postgresql_url

#: No post is kept longer without a hold that gives its reason (days): three years.
LONGEST_RETENTION = 1096


class BadSetting(ValueError):
    """A setting has a value that cannot be used; names the setting, the value and the accepted ones."""


@dataclass(frozen=True)
class Setting:
    """One environment variable: how it is read, what it means when absent."""

    name: str
    default: str
    accepted: str
    meaning: str
    parse: Callable[[str], object]


def _flag(text: str) -> bool:
    return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}[text.lower()]


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= 65535:
        raise ValueError(text)
    return port


def _zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(text) from error


def _networks(text: str) -> tuple[str, ...]:
    return tuple(str(ip_network(part.strip())) for part in text.split(",") if part.strip())


def _choice(*accepted: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in accepted:
            raise ValueError(text)
        return text

    return parse


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _retention(text: str) -> int:
    days = _positive(text)
    if days > LONGEST_RETENTION:
        raise ValueError(text)
    return days


def _database(text: str) -> str:
    if text and not text.startswith("sqlite:///") and not is_postgresql_url(text):
        raise ValueError(text)
    return text


def _address(text: str) -> str:
    if text and not text.startswith(("https://", "http://")):
        raise ValueError(text)
    return text.rstrip("/")


SETTINGS = (
    Setting("HUIYING_STATE", "state", "a folder", "Where the database, keys and files live.", str),
    Setting(
        "DATABASE_URL",
        "",
        "sqlite:///PATH or postgresql://USER@HOST/NAME",
        "The database; empty means SQLite inside HUIYING_STATE.",
        _database,
    ),
    Setting("HUIYING_HOST", "127.0.0.1", "an address", "Address the web server listens on.", str),
    Setting("HUIYING_PORT", "8600", "1 to 65535", "Port the web server listens on.", _port),
    Setting(
        "HUIYING_ALLOWED_HOSTS",
        "127.0.0.1,localhost,[::1]",
        "host names, comma-separated",
        "Names under which the pages may be asked for.",
        str,
    ),
    Setting("HUIYING_HTTPS", "no", "yes or no", "Pages are served over HTTPS by a proxy in front: secure cookies, HSTS.", _flag),
    Setting("HUIYING_TIME_ZONE", "Asia/Shanghai", "an IANA zone name", "Zone in which times are shown.", _zone),
    Setting(
        "HUIYING_LANGUAGE",
        "zh-hans",
        "zh-hans, zh-hant or en",
        "Language for a reader who has chosen none.",
        _choice("zh-hans", "zh-hant", "en"),
    ),
    Setting(
        "HUIYING_FETCH_ALLOW",
        "",
        "networks, comma-separated (10.1.2.0/24)",
        "Private networks the collector may read from; everything else private is refused.",
        _networks,
    ),
    Setting(
        "HUIYING_CONTACT_URL",
        "",
        "https://HOST/PATH",
        "Page about your reading of public sources; the collector names it to every server it asks.",
        _address,
    ),
    Setting(
        "HUIYING_PUBLIC_URL",
        "",
        "https://HOST",
        "Address under which others reach this installation; needed for WebSub hubs, off when empty.",
        _address,
    ),
    Setting(
        "HUIYING_CANARY_MINUTES",
        "10",
        "a whole number from 1",
        "Minutes between two posts of our own that prove the way from collecting to search is open.",
        _positive,
    ),
    Setting(
        "HUIYING_DROP_FOLDER",
        "",
        "a folder",
        "Where files for sources are put, one folder a source; empty means the folder drop inside HUIYING_STATE.",
        str,
    ),
    Setting(
        "HUIYING_RETENTION_DAYS",
        "180",
        "a whole number from 1 to 1096",
        "Days a post is kept whose source says nothing else; 180 is what Chinese network law asks of logs (CSL Art. 21).",
        _retention,
    ),
    Setting("HUIYING_SMTP_URL", "", "smtp://[USER:PASSWORD@]HOST:PORT", "Mail server for messages; empty means e-mail is off.", str),
    Setting("HUIYING_MAIL_FROM", "huiying@localhost", "an e-mail address", "Sender of messages.", str),
    Setting(
        "HUIYING_SALT_DAYS",
        "30",
        "a whole number from 1",
        "Days after which the salt of author pseudonyms rotates and the old one is destroyed.",
        _positive,
    ),
    Setting(
        "HUIYING_DEMO", "no", "yes or no", "Demo installation: people can be switched in the guided strip; never for real work.", _flag
    ),
    Setting("HUIYING_DEBUG", "no", "yes or no", "Show tracebacks in the browser; never for real work.", _flag),
)


def read(environ: Mapping[str, str] | None = None) -> dict[str, object]:
    """Return every setting by name; raises BadSetting naming the value and what is accepted.

    >>> read({"HUIYING_PORT": "8700"})["HUIYING_PORT"]
    8700
    """
    environ = os.environ if environ is None else environ
    values: dict[str, object] = {}
    for setting in SETTINGS:
        text = environ.get(setting.name, setting.default)
        try:
            values[setting.name] = setting.parse(text)
        except (ValueError, KeyError) as error:
            raise BadSetting(f"{setting.name}={text}: use {setting.accepted}.") from error
    known = {setting.name for setting in SETTINGS}
    unknown = sorted(name for name in environ if name.startswith("HUIYING_") and name not in known and not name.startswith("HUIYING_TEST_"))
    if unknown:
        raise BadSetting(f"{unknown[0]} is not a setting: use one of {', '.join(sorted(known))}.")
    return values


def secret_key(state: Path) -> str:
    """Return the installation's secret, made once with rights for the owner only."""
    path = state / "secret_key"
    if not path.exists():
        state.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
    return path.read_text().strip()
