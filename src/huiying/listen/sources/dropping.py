"""The worker's side of delivered files: look into the drop folder, and read what is lined up, a tick at a time."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, IntegrityError
from django.utils.translation import gettext as _

from huiying.base.audit.rules import SYSTEM
from huiying.base.ui.errors import BadInput
from huiying.core.collectors.contract import Mode
from huiying.core.collectors.records import BadFeed, Record, Unreadable
from huiying.core.collectors.table import digest_of, read_file

from .models import Source, TakenFile
from .rules.channels import keys_of
from .rules.files import DONE_FOLDER, FAILED_FOLDER, OPEN_STATES, SETTLED, FileOrigin, FileState, file_name, is_half_written
from .rules.source import SourceState
from .services.delivery import file_begin, file_move, file_tick, layout_of
from .services.intake import TICK_POSTS

log = logging.getLogger(__name__)
#: How often the drop folder is looked into (seconds).
LOOK_SECONDS = 2.0


@dataclass
class _Reading:
    """The file that this worker is reading, and how far."""

    file_id: int
    items: Iterator[tuple[int, Record | Unreadable]]
    line: int


class Reader:
    """Reads lined-up files; what it remembers between ticks can be lost at any moment."""

    def __init__(self) -> None:
        self._reading: _Reading | None = None
        self._seen: dict[Path, tuple[int, int]] = {}
        self._looked_at = float("-inf")

    def turn(self, now: datetime) -> bool:
        """Take in one tick of the oldest open file; True when there was work."""
        if now.timestamp() - self._looked_at >= LOOK_SECONDS or now.timestamp() < self._looked_at:
            self._looked_at = now.timestamp()
            self._seen = look(self._seen, now)
        taken = TakenFile.objects.select_related("source", "cursor").filter(state__in=OPEN_STATES).order_by("pk").first()
        if taken is None:
            return False
        try:
            self._tick(taken, now)
        except (BadFeed, BadInput) as error:
            self._end(taken, FileState.FAILED, str(error), now)
        except OSError as error:
            self._end(taken, FileState.FAILED, _("The file cannot be opened (%(why)s).") % {"why": error.strerror or error}, now)
        except DatabaseError:
            raise
        except Exception as error:  # one file must never end the loop for the others
            log.exception("Reading file %s failed.", taken.pk)
            self._end(taken, FileState.FAILED, _("Reading failed inside Huiying (%(what)s).") % {"what": type(error).__name__}, now)
        return True

    def _tick(self, taken: TakenFile, now: datetime) -> None:
        if self._reading is None or self._reading.file_id != taken.pk:
            file_move(file_id=taken.pk, to=FileState.READING, now=now)
            layout = layout_of(taken.source, taken.options)
            self._reading = _Reading(taken.pk, read_file(Path(taken.path), skip=taken.cursor.line, layout=layout), taken.cursor.line)
        reading = self._reading
        rows = list(islice(reading.items, TICK_POSTS))
        if not rows:
            self._end(taken, FileState.DONE, "", now)
            return
        last = rows[-1][0]
        if file_tick(file_id=taken.pk, after=reading.line, line=last, records=[item for _number, item in rows], now=now) is None:
            self._reading = None  # another worker is at it: begin again from where it stands
            return
        reading.line = last

    def _end(self, taken: TakenFile, to: FileState, reason: str, now: datetime) -> None:
        self._reading = None
        file_move(file_id=taken.pk, to=to, now=now, reason=reason)
        put_away(TakenFile.objects.get(pk=taken.pk))


def put_away(taken: TakenFile) -> None:
    """Erase an upload that was read; move a dropped file to done/ or failed/, unless it changed meanwhile."""
    path = Path(taken.path)
    if taken.origin == FileOrigin.UPLOAD:
        shutil.rmtree(path.parent, ignore_errors=True)
        return
    try:
        if path.stat().st_size == taken.size:
            _move(path, DONE_FOLDER if taken.state == FileState.DONE else FAILED_FOLDER, taken.reason)
    except FileNotFoundError:
        return  # moved already, before a kill


def _move(path: Path, folder: str, reason: str) -> None:
    target = path.parent / folder
    target.mkdir(exist_ok=True)
    place = target / path.name
    number = 1
    while place.exists():
        number += 1
        place = target / f"{path.stem}-{number}{path.suffix}"
    if reason:
        place.with_name(f"{place.name}.reason.txt").write_text(f"{reason}\n", encoding="utf-8")
    os.replace(path, place)


def drop_folder() -> Path:
    """Return the folder that holds one folder for each source that takes files."""
    return Path(settings.DROP_FOLDER)


def folder_of(source: Source) -> Path:
    """Return where files for a source are put; its number counts, the name is for people."""
    return drop_folder() / f"{source.pk}-{file_name(source.name)[:60]}"


def look(seen: dict[Path, tuple[int, int]], now: datetime) -> dict[Path, tuple[int, int]]:
    """Line up every file that nobody writes to any more; return sizes and times for the next look."""
    found: dict[Path, tuple[int, int]] = {}
    for source in Source.objects.filter(connector__in=keys_of(Mode.DROP), state=SourceState.ACTIVE).order_by("pk"):
        for folder in _folders(source):
            for path in sorted(folder.iterdir()):
                if is_half_written(path.name) or path.is_dir():
                    continue
                found[path] = _look_at(source, path, seen.get(path), now)
    return found


def _folders(source: Source) -> list[Path]:
    """Return the folders of a source: its own is made, one of an earlier name is still looked into."""
    own = folder_of(source)
    try:
        own.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        log.warning("The drop folder %s cannot be made: %s", own, error)
        return []
    return sorted(path for path in drop_folder().glob(f"{source.pk}-*") if path.is_dir() and not path.is_symlink())


def _look_at(source: Source, path: Path, before: tuple[int, int] | None, now: datetime) -> tuple[int, int]:
    if path.is_symlink() or not path.is_file():
        _move(path, FAILED_FOLDER, _("Only files are read, no links."))
        return (0, 0)
    about = path.stat()
    mark = (about.st_size, about.st_mtime_ns)
    is_settled = now - datetime.fromtimestamp(about.st_mtime, UTC) >= SETTLED
    if mark == before and is_settled and not TakenFile.objects.filter(path=str(path), state__in=OPEN_STATES).exists():
        _line_up(source, path, now)
    return mark


def _line_up(source: Source, path: Path, now: datetime) -> None:
    finished = TakenFile.objects.filter(path=str(path), size=path.stat().st_size).exclude(state__in=OPEN_STATES).order_by("-pk").first()
    try:
        if finished is not None and finished.digest == digest_of(path):
            put_away(finished)  # read to its end before a kill came between
            return
        file_begin(source=source, path=path, options=source.options, origin=FileOrigin.DROP, actor=SYSTEM, now=now)
    except IntegrityError:
        return  # another worker was first
    except OSError as error:
        log.warning("The file %s in the drop folder cannot be opened: %s", path, error)
