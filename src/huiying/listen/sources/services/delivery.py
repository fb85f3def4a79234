"""What is delivered to us: files that are uploaded or dropped, and calls of webhooks.

A file is read a tick at a time; its cursor moves in the transaction that writes the posts, so a kill at any
instant loses nothing and doubles nothing.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import BadInput, NotThere
from huiying.core.collectors.contract import BadOption, Json
from huiying.core.collectors.records import BadFeed, Record, Unreadable
from huiying.core.collectors.table import Column, Layout, Preview, TableConnector, digest_of, preview
from huiying.core.collectors.webhook import CONNECTOR as WEBHOOK
from huiying.core.formats.cleaning import clean, mask

from ..models import Delivery, IntakeCursor, Source, TakenFile
from ..rules import IntakeResult
from ..rules.channels import checked, connectors
from ..rules.files import FILE_MOVES, PENDING_KEPT, UPLOAD_LIMIT, FileOrigin, FileState, file_name
from ..wording import option_words
from .intake import TICK_POSTS, Dry, dry_run, intake
from .polling import stream_heard
from .secrets import opened

#: Ids of calls are remembered this long; a signed call older than five minutes is refused anyway.
CALLS_KEPT = timedelta(days=7)
#: Posts shown before a file is taken in.
SHOWN = 10


@dataclass(frozen=True)
class Pending:
    """An uploaded file that nobody has confirmed yet."""

    token: str
    path: Path
    name: str
    source_id: int
    person_id: int | None


@dataclass(frozen=True)
class Looked:
    """What a pending file would bring."""

    preview: Preview
    would: Dry
    fault: str = ""


def uploads_folder() -> Path:
    """Return where uploaded files lie until they are read."""
    return Path(settings.STATE) / "uploads"


def upload_keep(*, actor: Actor, now: datetime, source_id: int, name: str, chunks: Iterable[bytes]) -> Pending:
    """Keep an uploaded file aside so that a person sees what it would bring; nothing is taken in yet."""
    require(actor, "source.manage")
    source = file_source(source_id)
    token = secrets.token_urlsafe(16)
    folder = uploads_folder() / token
    folder.mkdir(parents=True, mode=0o700)
    path = folder / file_name(name)
    size = 0
    try:
        with path.open("xb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > UPLOAD_LIMIT:
                    limit = UPLOAD_LIMIT // (1024 * 1024)
                    raise BadInput(_("The file is larger than %(limit)s MB: put it into the drop folder.") % {"limit": limit})
                file.write(chunk)
        if not size:
            raise BadInput(_("The file is empty: choose another."))
        about = {"name": path.name, "source": source.pk, "person": actor.id, "at": now.isoformat()}
        (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Pending(token, path, path.name, source.pk, actor.id)


def upload_of(*, actor: Actor, token: str) -> Pending:
    """Return a pending upload of this person; raises NotThere for everything else."""
    require(actor, "source.manage")
    folder = uploads_folder() / token
    try:
        about = json.loads((folder / "about.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise NotThere(_("There is no such upload any more: send the file again.")) from error
    if about["person"] != actor.id or TakenFile.objects.filter(path=str(folder / about["name"])).exists():
        raise NotThere(_("There is no such upload any more: send the file again."))
    return Pending(token, folder / about["name"], about["name"], about["source"], about["person"])


def upload_look(*, pending: Pending, options: Mapping[str, object], now: datetime) -> Looked:
    """Return what a pending file would bring with these options; a file that cannot be read is a fault, not an error."""
    source = file_source(pending.source_id)
    try:
        found = preview(pending.path, layout_of(source, options))
    except (BadFeed, BadInput) as error:
        return Looked(Preview(), Dry(), str(error))
    found.columns = [_masked(column) for column in found.columns]
    return Looked(found, dry_run(source=source, records=found.records, now=now, shown=SHOWN))


def _masked(column: Column) -> Column:
    return replace(column, samples=() if column.field == "author" else tuple(mask(clean(sample)) for sample in column.samples))


def upload_discard(*, actor: Actor, token: str) -> None:
    """Erase a pending upload."""
    shutil.rmtree(upload_of(actor=actor, token=token).path.parent, ignore_errors=True)


def upload_take(*, actor: Actor, now: datetime, token: str, options: Mapping[str, object]) -> TakenFile:
    """Have a pending upload read by the worker; raises BadInput for options that cannot be used."""
    pending = upload_of(actor=actor, token=token)
    source = file_source(pending.source_id)
    layout_of(source, options)
    return file_begin(source=source, path=pending.path, options=options, origin=FileOrigin.UPLOAD, actor=actor, now=now)


def file_begin(*, source: Source, path: Path, options: Mapping[str, object], origin: FileOrigin, actor: Actor, now: datetime) -> TakenFile:
    """Line a file up for the worker; the same content with the same options goes on where it stopped."""
    digest, size = digest_of(path), path.stat().st_size  # of gigabytes: before any lock
    given = {key: value for key, value in options.items() if value not in (None, "")}
    mark = hashlib.sha256(json.dumps(given, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:8]
    with transaction.atomic():
        cursor, _created = IntakeCursor.objects.get_or_create(
            key=f"file:{source.pk}:{digest[:48]}:{mark}", defaults={"name": path.name[:300], "last_at": now}
        )
        taken = TakenFile.objects.create(
            source=source,
            cursor=cursor,
            origin=origin.value,
            name=path.name[:255],
            path=str(path),
            digest=digest,
            size=size,
            options=given,
            person_id=actor.id,
            person_name=actor.name[:150],
            at=now,
        )
        detail: dict[str, object] = {"name": taken.name, "sha256": digest, "origin": origin.value, "source": source.name}
        record(actor=actor, verb="file.take", subject=("source", source.pk), now=now, detail=detail, exercise=source.exercise)
    return taken


@transaction.atomic
def file_tick(*, file_id: int, after: int, line: int, records: Sequence[Record | Unreadable], now: datetime) -> IntakeResult | None:
    """Take in the rows ``after + 1 .. line`` of a file and move its cursor; None when somebody else moved it."""
    taken = TakenFile.objects.select_related("source").get(pk=file_id)
    cursor = IntakeCursor.objects.select_for_update().get(pk=taken.cursor_id)
    if cursor.line != after:
        return None
    outcome = intake(source=taken.source, records=records, now=now)
    cursor.line = line
    cursor.stored += outcome.stored
    cursor.repeated += outcome.repeated
    cursor.quarantined += outcome.quarantined
    cursor.last_at = now
    cursor.save()
    stream_heard(source_id=taken.source_id, now=now, cursor=None)
    return outcome


@transaction.atomic
def file_move(*, file_id: int, to: FileState, now: datetime, reason: str = "") -> bool:
    """Move a file on; False when another worker was first."""
    froms = [state.value for state, targets in FILE_MOVES.items() if to in targets]
    finished = now if to in (FileState.DONE, FileState.FAILED) else None
    changes = {"state": to.value, "reason": reason[:1000], "finished_at": finished}
    return TakenFile.objects.filter(pk=file_id, state__in=froms).update(**changes) == 1


def uploads_clear(*, now: datetime) -> int:
    """Erase uploads that nobody confirmed and those that were read; return how many."""
    kept = set(TakenFile.objects.filter(origin=FileOrigin.UPLOAD, finished_at=None).values_list("path", flat=True))
    erased = 0
    for about in uploads_folder().glob("*/about.json"):
        try:
            found = json.loads(about.read_text("utf-8"))
            is_fresh = now - datetime.fromisoformat(found["at"]) < PENDING_KEPT
        except (OSError, ValueError, KeyError):
            is_fresh, found = False, {"name": ""}
        path = str(about.parent / found["name"])
        if path not in kept and not (is_fresh and not TakenFile.objects.filter(path=path).exists()):
            shutil.rmtree(about.parent, ignore_errors=True)
            erased += 1
    return erased


def file_source(source_id: int) -> Source:
    """Return a source that takes files; raises NotThere and BadInput."""
    source = Source.objects.filter(pk=source_id).first()
    if source is None:
        raise NotThere(_("There is no source %(number)s.") % {"number": source_id})
    if not isinstance(connectors().get(source.connector), TableConnector):
        raise BadInput(_("The source “%(name)s” takes no files: choose a table or a hotline.") % {"name": source.name})
    return source


def layout_of(source: Source, options: Mapping[str, object]) -> Layout:
    """Return how the files of a source are read; raises BadInput naming the option that cannot be used."""
    connector = connectors()[source.connector]
    assert isinstance(connector, TableConnector)
    try:
        return connector.layout(checked(connector, options))
    except BadOption as error:
        raise BadInput(option_words(error)) from error


def call_source(public_key: str) -> tuple[Source, dict[str, Json]] | None:
    """Return the webhook with this key and its options, secrets included; raises SealBroken."""
    source = Source.objects.filter(public_key=public_key, connector=WEBHOOK.key).first() if public_key else None
    return (source, checked(WEBHOOK, {**source.options, **opened(source.secrets)})) if source else None


@transaction.atomic
def call_take(*, source: Source, message_id: str, records: Sequence[Record | Unreadable], now: datetime) -> IntakeResult | None:
    """Take in one call of a webhook, all of it or nothing; None when its id was taken in before."""
    if message_id:
        _call, is_new = Delivery.objects.get_or_create(source=source, message_id=message_id, defaults={"at": now})
        if not is_new:
            return None
    outcomes = [intake(source=source, records=piece, now=now) for piece in _pieces(records)]
    stream_heard(source_id=source.pk, now=now, cursor=None)
    return IntakeResult(*(sum(getattr(one, name) for one in outcomes) for name in ("stored", "repeated", "quarantined")))


def _pieces(records: Sequence[Record | Unreadable]) -> Iterator[Sequence[Record | Unreadable]]:
    for start in range(0, len(records), TICK_POSTS):
        yield records[start : start + TICK_POSTS]


def calls_forget(*, now: datetime) -> int:
    """Forget the ids of calls that are too old to come again."""
    forgotten, _by_model = Delivery.objects.filter(at__lt=now - CALLS_KEPT).delete()
    return forgotten
