"""The log, for those who may read it."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from huiying.base.ui.errors import NotYou
from huiying.base.ui.rights import may_see

from .models import AuditEntry
from .registry import hidden_among
from .selectors import LogLine, log_line, verify

ROWS = 50


def _check(request: HttpRequest) -> None:
    if not may_see(request, "audit.read"):
        raise NotYou(_("Your roles do not include “%(action)s”. Ask an administrator if you need it.") % {"action": "audit.read"})


@dataclass(frozen=True)
class LogRow:
    """One line of the page."""

    line: LogLine
    subject_kind: str
    subject_id: str
    exercise: bool
    detail: str


@require_GET
def entries_list(request: HttpRequest) -> HttpResponse:
    """Show the log, newest first, filtered by what the address asks for."""
    _check(request)
    page = Paginator(_chosen(request), ROWS).get_page(request.GET.get("page"))
    entries = list(page.object_list)
    hidden = hidden_among({(entry.subject_kind, entry.subject_id) for entry in entries})
    rows = [_row(entry, withheld=(entry.subject_kind, entry.subject_id) in hidden) for entry in entries]
    filters = {name: request.GET.get(name, "").strip() for name in ("verb", "actor", "kind", "id")}
    return render(request, "audit/list.html", {"page": page, "rows": rows, "filters": filters})


@require_GET
def chain_verify(request: HttpRequest) -> HttpResponse:
    """Walk the whole chain now and show what that proved."""
    _check(request)
    return render(request, "audit/verify.html", {"result": verify()})


def _chosen(request: HttpRequest) -> QuerySet[AuditEntry]:
    entries = AuditEntry.objects.order_by("-seq")
    columns = {"verb": "verb__startswith", "actor": "actor_name__icontains", "kind": "subject_kind", "id": "subject_id"}
    for name, lookup in columns.items():
        value = request.GET.get(name, "").strip().replace("\x00", "")
        if value:
            entries = entries.filter(**{lookup: value})
    return entries


def _row(entry: AuditEntry, *, withheld: bool) -> LogRow:
    line = log_line(entry)
    if withheld:
        return LogRow(line, entry.subject_kind, entry.subject_id, entry.exercise, _("Withheld: confidential."))
    detail = "; ".join(f"{key}: {_words(value)}" for key, value in line.detail.items())
    return LogRow(line, entry.subject_kind, entry.subject_id, entry.exercise, detail)


def _words(value: object) -> str:
    return ", ".join(str(part) for part in value) if isinstance(value, list) else str(value)
