"""``huiying source``: what is listened to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .output import Fault, json_option, prepare_django, tell
from .start import migrate

if TYPE_CHECKING:
    from huiying.listen.sources.collector.preview import Preview


def migrated() -> None:
    """Bring the database up to date when it is not."""
    migrate(lambda _text: None)


def _done(as_json: bool, act: Callable[[], tuple[dict[str, object], str]]) -> None:
    migrated()
    result, text = act()
    tell(result, text, as_json=as_json)


@click.group()
@click.pass_context
def source(ctx: click.Context) -> None:
    """Add, list, check, pause and resume sources; import and export lists of feeds."""
    prepare_django()
    from django.utils import translation

    ctx.with_resource(translation.override("en"))  # commands speak English, whatever the pages speak


kind_option = click.option("--kind", "connector", default="feed", show_default=True, help="Kind of source: feed, page, sitemap …")
options_option = click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="A setting of this kind of source; repeat for more."
)


@source.command()
@click.argument("url", default="")
@click.option("--name", default="", help="Name shown in the list; default: the address.")
@kind_option
@options_option
@click.option("--channel", default="web", show_default=True, help="Kind of place: news, forum, weibo …")
@click.option("--region", default="", help="Where its public lives.")
@click.option("--topic", default="", help="What it is about; empty: everything.")
@click.option(
    "--tier", default=0, show_default=True, type=click.IntRange(0, 3), help="Reach: 0 self-media, 1 local, 2 main, 3 central media."
)
@click.option(
    "--poll",
    "poll_seconds",
    default=300,
    show_default=True,
    type=click.IntRange(5, 86_400),
    help="Ask at the latest every so many seconds.",
)
@click.option("--legal-basis", default="", help="public, duty, interest, emergency, contract or consent.")
@click.option("--purpose", default="", help="What it is read for.")
@json_option
def add(url: str, name: str, connector: str, settings: tuple[str, ...], tier: int, as_json: bool, **wish: object) -> None:
    """Add the source at URL; a feed (RSS, Atom, JSON Feed) unless --kind says otherwise."""

    def act() -> tuple[dict[str, object], str]:
        from django.utils import timezone

        from huiying.base.audit.rules import SYSTEM
        from huiying.listen.sources.services import source_add

        made = source_add(
            actor=SYSTEM,
            now=timezone.now(),
            name=name,
            url=url,
            connector=connector,
            options=_options(connector, settings),
            media_tier=tier,
            **wish,  # type: ignore[arg-type]  # what click has checked
        )
        return {"id": made.pk, "name": made.name, "url": made.url}, f"Source {made.pk} added: {made.name}. The collector reads it at once."

    _done(as_json, act)


def _options(connector: str, settings: tuple[str, ...]) -> dict[str, object]:
    """Return settings given as KEY=VALUE with the type that the connector declares."""
    from huiying.core.collectors.contract import Kind
    from huiying.listen.sources.services.manage import connector_of

    kinds = {option.key: option.kind for option in connector_of(connector).options}
    options: dict[str, object] = {}
    for setting in settings:
        key, equals, text = setting.partition("=")
        if not equals:
            raise Fault(f"--set {setting}: give KEY=VALUE. Settings of {connector}: {', '.join(kinds) or 'none'}.", wrong_use=True)
        kind = kinds.get(key)
        if kind is Kind.NUMBER and text.lstrip("-").isdecimal():
            options[key] = int(text)
        elif kind is Kind.FLAG and text.lower() in ("yes", "no", "true", "false"):
            options[key] = text.lower() in ("yes", "true")
        elif kind is Kind.WORDS:
            options[key] = [word.strip() for word in text.split(",") if word.strip()]
        else:
            options[key] = text
    return options


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
                "connector": row.source.connector,
                "url": row.source.url,
                "state": row.source.state,
                "is_watched": row.is_watched,
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
    if not row["is_watched"]:
        return "-     "
    return "alive " if row["alive"] else "silent"


@source.command()
@click.argument("place", metavar="URL_OR_FILE_OR_NUMBER")
@kind_option
@options_option
@json_option
def check(place: str, connector: str, settings: tuple[str, ...], as_json: bool) -> None:
    """Read a source or a file once and say what would be kept; nothing is stored."""
    if Path(place).is_file():
        tell(*_file_checked(Path(place)), as_json=as_json)
        return
    from django.utils import timezone

    from huiying.listen.sources.collector.preview import preview
    from huiying.listen.sources.services import Wish

    exercise = False
    wish = Wish(url=place, options=_options(connector, settings))
    if place.isdecimal():
        wish, connector, exercise = _wish_of(place)
    found = preview(wish, connector=connector, exercise=exercise, now=timezone.now())
    if found.fault:
        raise Fault(found.fault)
    tell(*_told(wish.url, found), as_json=as_json)


def _told(url: str, found: Preview) -> tuple[dict[str, object], str]:
    first = found.delivered[0] if found.delivered else None
    result: dict[str, object] = {
        "url": url,
        "items": found.found - len(found.unreadable),
        "unreadable": len(found.unreadable),
        "newest": found.newest,
        "oldest": found.oldest,
        "encoding": first.encoding if first else "",
        "declared_encoding": first.declared if first else "",
        "content_type": first.content_type if first else "",
        "bytes": first.size if first else 0,
        "would_store": found.would.stored,
        "would_repeat": found.would.repeated,
        "would_hold_back": found.would.quarantined,
        "moved_to": found.moved_to,
        "hub": found.hub,
    }
    lines = [
        f"{url}: {result['items']} items readable, {result['unreadable']} not; newest {_moment(found.newest)}.",
        f"Written in {result['encoding']}" + (f", declared as {first.declared}" if first and first.declared else "") + ".",
        f"Would be stored: {found.would.stored}; twice in it: {found.would.repeated}; held back: {found.would.quarantined}.",
        *(f"Not readable: {item.place}: {item.reason}" for item in found.unreadable),
        *_texts(found.would.texts[:3]),
    ]
    if found.moved_to:
        lines.append(f"It has moved to {found.moved_to}: add it there.")
    return result, "\n".join(lines)


def _file_checked(path: Path) -> tuple[dict[str, object], str]:
    from django.utils import timezone

    from huiying.core.collectors.addresses import FetchError
    from huiying.listen.sources.models import Source
    from huiying.listen.sources.services.intake import dry_run
    from huiying.listen.sources.wording import error_words

    from .looking import lines_of, look_at, result_of

    now = timezone.now()
    try:
        found = look_at(path, now)
    except FetchError as error:
        raise Fault(error_words(f"{error.code} {error.detail}".strip())) from error
    except ValueError as error:  # one sentence of a reader
        raise Fault(str(error)) from error
    would = dry_run(source=Source(connector="table", exercise=False, created_at=now), records=found.items, now=now, shown=3)
    counts = {"would_store": would.stored, "would_repeat": would.repeated, "would_hold_back": would.quarantined}
    lines = [f"{path}: {found.kind}", *lines_of(found)]
    if found.items:
        lines.append(f"Would be stored: {would.stored}; twice in it: {would.repeated}; held back: {would.quarantined}.")
    lines += [*_texts(would.texts), *([found.advice] if found.advice else [])]
    return {"file": str(path), **result_of(found), **counts}, "\n".join(lines)


def _moment(at: datetime | None) -> str:
    from django.utils import timezone

    return f"{timezone.localtime(at):%Y-%m-%d %H:%M %Z}" if at else "without time"


def _texts(texts: Iterable[tuple[datetime, str, str]]) -> Iterator[str]:
    """Yield the first posts as they would be kept, with the zone of their times."""
    for at, title, text in texts:
        yield f"  {_moment(at)}  {(title or text)[:80]}"


def _wish_of(number: str) -> tuple:  # type: ignore[type-arg]  # Wish, connector, exercise: imported late
    migrated()
    from huiying.listen.sources.selectors import source_of
    from huiying.listen.sources.services import Wish
    from huiying.listen.sources.services.secrets import opened

    found = source_of(int(number))
    if found is None or not found.url:
        raise Fault(f"There is no source with number {number} that could be asked: see huiying source list.", wrong_use=True)
    return Wish(name=found.name, url=found.url, options={**found.options, **opened(found.secrets)}), found.connector, found.exercise


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


@source.command("import-opml")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--channel", default="", help="Channel of every feed; default: the folder it lies in.")
@json_option
def import_opml(file: Path, channel: str, as_json: bool) -> None:
    """Add every feed of an OPML list that is not among the sources yet."""

    def act() -> tuple[dict[str, object], str]:
        from django.utils import timezone

        from huiying.base.audit.rules import SYSTEM
        from huiying.listen.sources.services import opml_import

        done = opml_import(actor=SYSTEM, now=timezone.now(), body=file.read_bytes(), name=file.name, channel=channel)
        refused = [{"name": outline.title, "url": outline.url, "reason": reason} for outline, reason in done.refused]
        result = {"added": [made.pk for made in done.added], "known": len(done.known), "refused": refused}
        lines = [f"{len(done.added)} added, {len(done.known)} known already, {len(refused)} refused."]
        return result, "\n".join([*lines, *(f"  {row['url']}: {row['reason']}" for row in refused)])

    _done(as_json, act)


@source.command("export-opml")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
def export_opml(file: Path, as_json: bool) -> None:
    """Write the feeds as an OPML list for other programs."""

    def act() -> tuple[dict[str, object], str]:
        from django.utils import timezone

        from huiying.base.audit.rules import SYSTEM
        from huiying.listen.sources.services import opml_export

        body = opml_export(actor=SYSTEM, now=timezone.now())
        file.write_bytes(body)
        return {"file": str(file), "bytes": len(body)}, f"{file} written."

    _done(as_json, act)
