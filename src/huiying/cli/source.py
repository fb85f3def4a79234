"""``huiying source``: what is listened to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import click

from .output import Fault, json_option, prepare_django, tell


def migrated() -> None:
    """Bring the database up to date when it is not."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)


def _done(as_json: bool, act: Callable[[], tuple[dict[str, object], str]]) -> None:
    prepare_django()
    migrated()
    result, text = act()
    tell(result, text, as_json=as_json)


@click.group()
def source() -> None:
    """Add, list, check, pause and resume sources."""


@source.command()
@click.argument("url")
@click.option("--name", default="", help="Name shown in the list; default: the address.")
@click.option("--channel", default="web", show_default=True, help="Kind of place: news, forum, weibo …")
@click.option(
    "--tier", default=0, show_default=True, type=click.IntRange(0, 3), help="Reach: 0 self-media, 1 local, 2 main, 3 central media."
)
@click.option("--poll", "poll_seconds", default=300, show_default=True, type=click.IntRange(5, 86_400), help="Ask every so many seconds.")
@json_option
def add(url: str, name: str, channel: str, tier: int, poll_seconds: int, as_json: bool) -> None:
    """Add the RSS, Atom or JSON feed at URL."""

    def act() -> tuple[dict[str, object], str]:
        from django.utils import timezone

        from huiying.base.audit.rules import SYSTEM
        from huiying.listen.sources.services import source_add

        made = source_add(actor=SYSTEM, now=timezone.now(), name=name, url=url, channel=channel, media_tier=tier, poll_seconds=poll_seconds)
        return {"id": made.pk, "name": made.name, "url": made.url}, f"Source {made.pk} added: {made.name}. The collector reads it at once."

    _done(as_json, act)


@source.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the sources with their health."""

    def act() -> tuple[dict[str, object], str]:
        from django.utils import timezone

        from huiying.listen.sources.selectors import sources_health

        rows = sources_health(timezone.now())
        listed = [
            {
                "id": row.source.pk,
                "name": row.source.name,
                "kind": row.source.kind,
                "url": row.source.url,
                "state": row.source.state,
                "alive": row.alive,
                "last_success_at": row.source.last_success_at,
                "error": row.error,
                "posts_24h": row.posts_24h,
                "held": row.held,
                "exercise": row.source.exercise,
            }
            for row in rows
        ]
        lines = [
            f"{row['id']:>5}  {row['state']:<7} {_sign(row)}  {row['name']}" + (f"  ({row['error']})" if row["error"] else "")
            for row in listed
        ]
        return {"sources": listed}, "\n".join(lines) or "No sources yet. Add one: huiying source add URL"

    _done(as_json, act)


def _sign(row: Mapping[str, object]) -> str:
    if row["kind"] != "feed":
        return "-     "
    return "alive " if row["alive"] else "silent"


@source.command()
@click.argument("url_or_id")
@json_option
def check(url_or_id: str, as_json: bool) -> None:
    """Read a feed once without storing anything, and say what came."""
    prepare_django()
    from huiying.core.collectors.addresses import FetchError
    from huiying.core.collectors.feeds import read_feed
    from huiying.core.collectors.fetch import fetch
    from huiying.core.collectors.records import Record
    from huiying.listen.sources.services.manage import allowed_networks
    from huiying.listen.sources.wording import error_words

    url, exercise = _address_of(url_or_id)
    try:
        fetched = asyncio.run(fetch(url, allow=allowed_networks(exercise=exercise)))
        items = list(read_feed(fetched.body or b"", content_type=fetched.content_type))
    except FetchError as error:
        raise Fault(error_words(f"{error.code} {error.detail}")) from error
    readable = [item for item in items if isinstance(item, Record)]
    newest = max((item.published_at for item in readable if item.published_at), default=None)
    result: dict[str, object] = {"url": url, "items": len(readable), "unreadable": len(items) - len(readable), "newest": newest}
    tell(
        result,
        f"{url}: {len(readable)} items readable, {len(items) - len(readable)} not; newest {newest or 'without time'}.",
        as_json=as_json,
    )


def _address_of(url_or_id: str) -> tuple[str, bool]:
    if not url_or_id.isdecimal():
        return url_or_id, False
    migrated()
    from django.utils import timezone

    from huiying.listen.sources.selectors import source_health

    row = source_health(int(url_or_id), timezone.now())
    if row is None or not row.source.url:
        raise Fault(f"There is no feed with number {url_or_id}: see huiying source list.", wrong_use=True)
    return row.source.url, row.source.exercise


@source.command()
@click.argument("source_id", type=int)
@json_option
def pause(source_id: int, as_json: bool) -> None:
    """Stop reading a source."""
    _move("source_pause", source_id, as_json)


@source.command()
@click.argument("source_id", type=int)
@json_option
def resume(source_id: int, as_json: bool) -> None:
    """Read a paused source again."""
    _move("source_resume", source_id, as_json)


def _move(verb: str, source_id: int, as_json: bool) -> None:
    def act() -> tuple[dict[str, object], str]:
        from django.utils import timezone

        from huiying.base.audit.rules import SYSTEM
        from huiying.listen.sources import services

        moved = getattr(services, verb)(actor=SYSTEM, now=timezone.now(), source_id=source_id)
        return {"id": moved.pk, "state": moved.state}, f"Source {moved.pk} ({moved.name}) is {moved.state}."

    _done(as_json, act)
