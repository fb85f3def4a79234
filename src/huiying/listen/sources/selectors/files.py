"""Reads about delivered files."""

from __future__ import annotations

from django.db.models import QuerySet

from huiying.core.collectors.contract import Mode

from ..models import Source, TakenFile
from ..rules.channels import keys_of
from ..rules.files import OPEN_STATES
from ..rules.source import SourceState


def taken_files() -> QuerySet[TakenFile]:
    """Return every delivered file, the newest first."""
    return TakenFile.objects.select_related("source", "cursor").order_by("-pk")


def taken_file(file_id: int) -> TakenFile | None:
    """Return one delivered file."""
    return taken_files().filter(pk=file_id).first()


def file_sources() -> list[Source]:
    """Return the sources that take files and are not paused."""
    return list(Source.objects.filter(connector__in=keys_of(Mode.DROP), state=SourceState.ACTIVE).order_by("name"))


def files_ahead(taken: TakenFile) -> int:
    """Return how many files are read before this one."""
    return TakenFile.objects.filter(state__in=OPEN_STATES, pk__lt=taken.pk).count()
