"""The search page and its exports."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

import xlsxwriter
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from huiying.base.accounts.rules import may
from huiying.base.accounts.services import actor_of, require
from huiying.base.ui.errors import BadInput, NotThere
from huiying.base.ui.frame import frame_of
from huiying.core.formats.cells import safe_cell
from huiying.core.formats.keywords import Node, QueryFault, read_query

from .. import selectors, services
from ..forms_posts import SearchForm
from ..models import Source
from ..narrowing import Narrowed, narrowing
from ..selectors import Exported, Filters
from ..wording import query_words

ROWS = 50
_COLUMNS = tuple(field.name for field in fields(Exported))


@dataclass(frozen=True)
class _Asked:
    """A search as it was asked: the form, the tree, the filters, the story it is narrowed to."""

    form: SearchForm
    query: str
    tree: Node | None
    filters: Filters
    story: Narrowed | None


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Find posts by what was said, newest first, never by who said it."""
    actor = actor_of(request.user)
    require(actor, "post.read")
    form = SearchForm(_sources(request), request.GET or None)
    context: dict[str, object] = {"form": form, "query": request.GET.get("q", "").strip(), "may_export": may(actor.roles, "post.export")}
    context["may_watch"] = may(actor.roles, "watch.manage")
    if not request.GET or not form.is_valid():
        return render(request, "sources/search.html", context, status=400 if form.errors else 200)
    try:
        asked = _asked(form)
    except QueryFault as fault:
        form.add_error("q", query_words(fault))
        return render(request, "sources/search.html", context, status=400)
    if asked is not None:
        context |= _results(asked, request.GET.get("before", ""))
    return render(request, "sources/search.html", context)


def _sources(request: HttpRequest) -> list[Source]:
    """Return what a search can be narrowed to, read together with the frame of the page."""
    return frame_of(request, {"search.sources": selectors.searched_sources()}).rows["search.sources"]


def _asked(form: SearchForm) -> _Asked | None:
    """Return the search, or None when nothing was asked; raises QueryFault and NotThere."""
    query, story = form.cleaned_data["q"].strip(), None
    if not query and not form.is_narrowed():
        return None
    if form.cleaned_data["story"]:
        way = narrowing("story")
        story = way.narrowed(form.cleaned_data["story"]) if way is not None else None
        if story is None:
            raise NotThere(_("There is no story %(number)s.") % {"number": form.cleaned_data["story"]})
    tree = read_query(query) if query else None
    return _Asked(form, query, tree, form.filters(story.seqs if story else None), story)


def _results(asked: _Asked, before: str) -> dict[str, object]:
    after = int(before) if before.isdecimal() and len(before) < 19 else None
    found = selectors.find(asked.tree, asked.filters, before=after, limit=selectors.COUNT_LIMIT if after is None else ROWS)
    hits = selectors.hits_of(found.seqs[:ROWS], asked.tree)
    older = found.seqs[:ROWS][-1] if len(found.seqs) > ROWS or (found.is_more and found.seqs) else None
    kept = {name: value for name, value in asked.form.data.items() if name not in ("before", "page") and value}
    return {
        "hits": hits,
        "groups": selectors.groups_of(hits) if asked.story is None else [],
        "count": len(found.seqs) if after is None else None,
        "is_capped": found.is_more,
        "read": found.read,
        "older": older,
        "story": asked.story,
        "is_narrowed": asked.form.is_narrowed(),
        "address": urlencode(kept),
        "limit": selectors.EXPORT_LIMIT,
    }


@require_POST
def search_export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """Hand out the results as CSV, XLSX or JSON lines: source, address, time, language, text; no authors."""
    actor = actor_of(request.user)
    require(actor, "post.export")
    if ending not in ("csv", "xlsx", "jsonl"):
        raise NotThere(_("Posts are handed out as csv, xlsx or jsonl, not as “%(ending)s”.") % {"ending": ending})
    form = SearchForm(_sources(request), request.GET)
    if not form.is_valid():
        raise BadInput(_("The search is not complete: go back and search again."))
    try:
        asked = _asked(form)
    except QueryFault as fault:
        raise BadInput(query_words(fault)) from fault
    if asked is None:
        raise BadInput(_("Say what to look for first: the whole archive is not handed out."))
    now = timezone.now()
    services.posts_export(actor=actor, now=now, query=asked.query, tree=asked.tree, filters=asked.filters, ending=ending)
    rows = selectors.exported(asked.tree, asked.filters)
    name = f"huiying-posts-{timezone.localtime(now):%Y%m%d-%H%M}.{ending}"
    if ending == "xlsx":
        return _xlsx(rows, name)
    lines, kind = (_csv(rows), "text/csv; charset=utf-8") if ending == "csv" else (_jsonl(rows), "application/jsonl")
    return StreamingHttpResponse(lines, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _headings() -> list[str]:
    return [_("Source"), _("Channel"), _("Address"), pgettext("column", "Published"), _("Language"), _("Title"), _("Text")]


def _values(row: Exported) -> list[str]:
    values = {name: getattr(row, name) for name in _COLUMNS}
    values["published_at"] = timezone.localtime(row.published_at).isoformat(timespec="seconds")
    return [safe_cell(str(values[name])) for name in _COLUMNS]


class _Echo:
    """Hands each line of the CSV writer on."""

    def write(self, line: str) -> str:
        return line


def _csv(rows: Iterable[Exported]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(_headings())
    for row in rows:
        yield writer.writerow(_values(row))


def _jsonl(rows: Iterable[Exported]) -> Iterator[str]:
    for row in rows:
        values = {name: getattr(row, name) for name in _COLUMNS}
        yield json.dumps(values | {"published_at": row.published_at.isoformat()}, ensure_ascii=False) + "\n"


def _xlsx(rows: Iterable[Exported], name: str) -> FileResponse:
    """Write row by row to a file on disk and hand that out; every cell is a text, none a formula or a link."""
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115  closed by the response
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, _headings())
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, _values(row))
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name)
