"""How every command speaks: a sentence for people, one JSON object for machines."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from typing import Any

import click

json_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(  # Any: click's decorators keep no signature
    "--json", "as_json", is_flag=True, help="Print one JSON object instead of text."
)


class Fault(click.ClickException):
    """Something expected went wrong: one sentence that says what and what to do."""

    def __init__(self, sentence: str, *, wrong_use: bool = False) -> None:
        super().__init__(sentence)
        self.exit_code = 2 if wrong_use else 1  # type: ignore[misc]  # click means it to be set so


def tell(result: Mapping[str, object], text: str, *, as_json: bool) -> None:
    """Print the result as JSON or as text."""
    click.echo(json.dumps(result, ensure_ascii=False, default=str) if as_json else text)


def prepare_django() -> None:
    """Load the settings and the rooms; raises BadSetting."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiying.config.settings")
    import django

    import huiying.config  # noqa: F401  puts the wheel's SQLite in place

    django.setup()
