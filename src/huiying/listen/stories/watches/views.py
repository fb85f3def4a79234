"""The pages of watches: list, preview and save, detail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiying.base.accounts.rules import may
from huiying.base.accounts.services import actor_of, require
from huiying.base.ui.charts import Chart
from huiying.base.ui.errors import BadInput
from huiying.core.analysis.outlook import HOURS_MOST
from huiying.core.formats.keywords import QueryFault, read_query
from huiying.listen.sources.selectors import hits_of, search_sources
from huiying.listen.sources.wording import query_words

from ..bursts.selectors import bursts_of_watch
from ..models import Watch, WatchHour
from ..outlooks import expected_of
from ..rules import DAY, HOUR
from . import selectors, services
from .forms import LANGUAGES, WatchForm
from .rules import FILLED_DAYS
from .selectors import Preview

ROWS = 30
_PREVIEW = "preview"


@dataclass(frozen=True)
class WatchRow:
    """A watch of the list with the posts of each of its last 24 hours."""

    watch: Watch
    hours: list[float]
    posts_24h: int


@require_GET
def watches(request: HttpRequest) -> HttpResponse:
    """Show all watches with what they matched today."""
    actor = actor_of(request.user)
    require(actor, "watch.read")
    now = timezone.now()
    page = Paginator(selectors.watches_list(now), ROWS).get_page(request.GET.get("page"))
    hours = selectors.hours_of_many([watch.pk for watch in page.object_list], now - DAY)
    rows = [WatchRow(watch, series := day_of(hours[watch.pk], now), int(sum(series))) for watch in page.object_list]
    return render(request, "stories/watches.html", {"page": page, "rows": rows, "may_manage": may(actor.roles, "watch.manage")})


@require_GET
def watch(request: HttpRequest, watch_id: int) -> HttpResponse:
    """Show one watch: its course over a week and the newest posts it matched."""
    actor = actor_of(request.user)
    require(actor, "watch.read")
    found, now = selectors.watch(watch_id), timezone.now()
    hours = selectors.hours_of_many([found.pk], now - timedelta(hours=HOURS_MOST, days=FILLED_DAYS))[found.pk]
    context = {
        "watch": found,
        "language": dict(LANGUAGES).get(found.language, found.language),
        "chart": course_of(hours, now),
        "bursts": bursts_of_watch(found.pk),
        "hits": hits_of(selectors.newest_matches(found.pk), read_query(found.query)),
        "is_own": may(actor.roles, "watch.manage") and (found.owner_id == actor.id or "administrator" in actor.roles),
        "address": urlencode({"q": found.query, "channel": found.channel, "language": found.language}),
    }
    return render(request, "stories/watch.html", context)


@require_http_methods(["GET", "POST"])
def watch_edit(request: HttpRequest, watch_id: int | None = None) -> HttpResponse:
    """Try a watch on past posts as often as needed, then save it."""
    actor = actor_of(request.user)
    require(actor, "watch.manage")
    known = selectors.watch(watch_id) if watch_id is not None else None
    channels = sorted({source.channel for source in search_sources()})
    form = WatchForm(channels, request.POST or None, initial=_initial(request, known))
    context: dict[str, object] = {"form": form, "watch": known}
    if request.method == "GET" or not form.is_valid():
        return render(request, "stories/watch_edit.html", context, status=400 if form.errors else 200)
    now, given = timezone.now(), form.cleaned_data
    if known is not None:
        given["exercise"] = known.exercise
    try:
        tree = read_query(given["query"])
        if _PREVIEW in request.POST:
            tried = Watch(channel=given["channel"], language=given["language"], exercise=given["exercise"])
            preview = selectors.preview_of(tree, tried, now)
            return render(request, "stories/watch_edit.html", context | {"preview": preview, "chart": chart_of(preview)})
        saved = services.watch_save(actor=actor, now=now, watch_id=watch_id, **given)
    except QueryFault as fault:
        form.add_error("query", query_words(fault))
    except BadInput as error:
        form.add_error(None, str(error))
    else:
        messages.success(request, _("The watch “%(name)s” is saved and counts every new post.") % {"name": saved.name})
        return redirect("stories:watch", saved.pk)
    return render(request, "stories/watch_edit.html", context, status=400)


def _initial(request: HttpRequest, known: Watch | None) -> dict[str, object]:
    if known is not None:
        names = ("name", "query", "channel", "language", "is_told", "notice_hours", "exercise")
        return {name: getattr(known, name) for name in names}
    return {"query": request.GET.get("q", ""), "channel": request.GET.get("channel", ""), "language": request.GET.get("language", "")}


@require_POST
def watch_act(request: HttpRequest, watch_id: int, act: str) -> HttpResponse:
    """Pause, resume or remove a watch."""
    actor, now = actor_of(request.user), timezone.now()
    if act == "remove":
        services.watch_remove(actor=actor, now=now, watch_id=watch_id)
        messages.success(request, _("The watch is removed."))
        return redirect("stories:watches")
    changed = {"pause": services.watch_pause, "resume": services.watch_resume}[act](actor=actor, now=now, watch_id=watch_id)
    messages.success(request, _("“%(name)s”: %(state)s.") % {"name": changed.name, "state": changed.get_state_display()})
    return redirect("stories:watch", watch_id)


def day_of(hours: list[WatchHour], now: datetime) -> list[float]:
    """Return the posts of each of the last 24 hours, oldest first."""
    series = [0.0] * 24
    for hour in hours:
        ago = (now - hour.start) // HOUR
        if 0 <= ago < 24:
            series[23 - ago] += hour.posts
    return series


def course_of(hours: list[WatchHour], now: datetime) -> Chart:
    """Return the matched posts of each hour of the last days, quiet hours as zero."""
    end = now.replace(minute=0, second=0, microsecond=0)
    counts = {end - HOUR * ago: 0.0 for ago in range(FILLED_DAYS * 24, -1, -1)}
    for hour in hours:
        if hour.start in counts:
            counts[hour.start] += hour.posts
    note = _("n = %(n)s posts") % {"n": int(sum(counts.values()))}
    expected = expected_of(hours, min(counts), len(counts))
    return Chart(_("Matched posts"), _("posts an hour"), sorted(counts.items()), note=note, expected=expected or None)


def chart_of(preview: Preview) -> Chart:
    """Return what a watch would have matched a day."""
    points = [(timezone.make_aware(datetime(day.year, day.month, day.day)), float(count)) for day, count in preview.days]  # noqa: DTZ001
    return Chart(_("Would have matched"), _("posts a day"), points, note=_("n = %(n)s posts") % {"n": preview.posts})
