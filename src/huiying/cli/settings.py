"""``huiying settings``: what can be set, what is set."""

from __future__ import annotations

import os

import click

from huiying.config.environment import SETTINGS, read

from .output import json_option, tell

SECRET = ("DATABASE_URL", "HUIYING_SMTP_URL")


@click.command()
@json_option
def settings(as_json: bool) -> None:
    """Show every setting, its value now, and what it accepts.

    Settings come from the environment only; passwords inside addresses are not shown.
    """
    read()
    rows = [
        {
            "name": s.name,
            "value": _shown(s.name, os.environ.get(s.name, s.default)),
            "is_set": s.name in os.environ,
            "accepted": s.accepted,
            "meaning": s.meaning,
        }
        for s in SETTINGS
    ]
    blocks = [
        f"{row['name']}={row['value']}{'' if row['is_set'] else '   (default)'}\n    {row['meaning']}\n    accepts: {row['accepted']}"
        for row in rows
    ]
    tell({"settings": rows}, "\n".join(blocks), as_json=as_json)


def _shown(name: str, value: str) -> str:
    if name not in SECRET or "@" not in value:
        return value
    scheme, _sep, rest = value.partition("://")
    return f"{scheme}://…@{rest.rpartition('@')[2]}"
