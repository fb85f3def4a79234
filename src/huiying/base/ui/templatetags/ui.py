"""The components of the pages; a builtin library, so templates need no load."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django import template
from django.forms import BoundField
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils import timezone, translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from huiying.base.ui import charts
from huiying.base.ui.registry import slot_renderers
from huiying.core.formats.localised import localise as localise_text

register = template.Library()

K_ANONYMITY = 5
"""Fewest authors a figure may rest on (DESIGN section 1)."""

_SHAPES = {
    "red": '<path d="M5 0 10 5 5 10 0 5z"/>',
    "orange": '<path d="M5 0 10 10H0z"/>',
    "yellow": '<circle cx="5" cy="5" r="5"/>',
    "blue": '<rect width="10" height="10"/>',
}
_TONES = frozenset({"red", "orange", "yellow", "blue", "ok", "plain"})
_GRADE_TONES = {"I_EXTRAORDINARY": "red", "II_MAJOR": "orange", "III_LARGER": "yellow", "IV_GENERAL": "blue"}


def _shape(tone: str) -> SafeString:
    return mark_safe(f'<svg viewBox="0 0 10 10" aria-hidden="true">{_SHAPES[tone]}</svg>') if tone in _SHAPES else SafeString("")


@register.simple_tag
def level(value: object) -> SafeString:
    """Show a warning level as colour, shape and word."""
    words = {"red": _("red"), "orange": _("orange"), "yellow": _("yellow"), "blue": _("blue")}
    tone = str(getattr(value, "value", value) or "").lower()
    if tone not in words:
        return format_html('<span class="level plain">{}</span>', _("no level"))
    return format_html('<span class="level {}">{}{}</span>', tone, _shape(tone), words[tone])


@register.simple_tag
def grade(value: object) -> SafeString:
    """Show an event grade as colour, shape and word."""
    words = {
        "I_EXTRAORDINARY": _("grade I · extraordinarily serious"),
        "II_MAJOR": _("grade II · serious"),
        "III_LARGER": _("grade III · relatively serious"),
        "IV_GENERAL": _("grade IV · general"),
    }
    key = str(getattr(value, "value", value) or "")
    if key not in words:
        return format_html('<span class="level plain">{}</span>', _("not graded yet"))
    tone = _GRADE_TONES[key]
    return format_html('<span class="level {}">{}{}</span>', tone, _shape(tone), words[key])


@register.simple_tag
def chip(text: object, tone: str = "plain") -> SafeString:
    """Show a short word in a tone; the word carries the meaning, the tone only helps."""
    if tone not in _TONES:
        raise ValueError(f"Chip tone {tone!r}: use one of {sorted(_TONES)}.")
    return format_html('<span class="level {}">{}</span>', tone, text)


@register.simple_tag
def localise(value: object) -> str:
    """Show a text that data carry in several languages."""
    return localise_text(value, translation.get_language() or "zh-hans") if value else ""  # type: ignore[arg-type]  # templates pass anything


def ago(at: datetime, now: datetime) -> str:
    """Return the distance of two moments in words, to the coarsest unit that helps."""
    seconds = int((now - at).total_seconds())
    ahead = seconds < 0
    minutes = abs(seconds) // 60
    if minutes < 1:
        return _("in a moment") if ahead else _("just now")
    if minutes < 60:
        text = ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    elif minutes < 48 * 60:
        text = ngettext("%(n)d hour", "%(n)d hours", minutes // 60) % {"n": minutes // 60}
    else:
        text = ngettext("%(n)d day", "%(n)d days", minutes // 1440) % {"n": minutes // 1440}
    return (_("in %(time)s") if ahead else _("%(time)s ago")) % {"time": text}


def absolute(at: datetime) -> str:
    """Return a moment with date and zone, in the installation's zone."""
    local = timezone.localtime(at)
    today = timezone.localtime(timezone.now()).date()
    return local.strftime("%H:%M" if local.date() == today else "%Y-%m-%d %H:%M")


@register.simple_tag
def when(at: datetime | None) -> SafeString:
    """Show a moment relatively, with the absolute time and zone beside it."""
    if at is None:
        return SafeString("—")
    zone = timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S %Z")
    return format_html(
        '<time datetime="{}" title="{}">{} <span class="tiny">{}</span></time>', at.isoformat(), zone, ago(at, timezone.now()), absolute(at)
    )


@register.simple_tag
def moment(at: datetime | None) -> SafeString:
    """Show a moment absolutely."""
    if at is None:
        return SafeString("—")
    zone = timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S %Z")
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), zone, absolute(at))


@register.simple_tag
def remaining(due: datetime | None) -> SafeString:
    """Show the time left until a deadline, or how far it is over; counts down where script runs."""
    if due is None:
        return SafeString("—")
    left = due - timezone.now()
    text = duration(abs(left))
    tone = "late" if left < timedelta(0) else "soon" if left < timedelta(minutes=15) else "calm"
    shown = _("%(time)s over") % {"time": text} if left < timedelta(0) else text
    return format_html(
        '<time class="left {}" datetime="{}" data-countdown title="{}">{}</time>', tone, due.isoformat(), absolute(due), shown
    )


def duration(span: timedelta) -> str:
    """Return a span as m:ss, h:mm:ss or days."""
    seconds = int(span.total_seconds())
    if seconds >= 2 * 86400:
        return ngettext("%(n)d day", "%(n)d days", seconds // 86400) % {"n": seconds // 86400}
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


@register.simple_tag
def figure(value: float | None, unit: object = "") -> SafeString:
    """Show a number with its unit, or a dash when it is not known."""
    if value is None:
        return SafeString("—")
    text = f"{value:,.1f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
    return format_html('<span class="number">{}</span> <span class="tiny">{}</span>', text, unit)


@register.simple_tag
def authors(count: int | None) -> str:
    """Show a number of authors, never one below five."""
    if count is None:
        return "—"
    return _("fewer than 5") if count < K_ANONYMITY else f"{count:,}"


@register.inclusion_tag("ui/sparkline.html")
def sparkline(values: Sequence[float], is_rising: bool = False) -> dict[str, object]:
    """Draw a small line; its last value is said in words for screen readers."""
    return {"path": charts.spark(values), "is_rising": is_rising, "last": values[-1] if values else None}


@register.inclusion_tag("ui/chart.html")
def chart(chart: charts.Chart) -> dict[str, object]:
    """Draw a chart with its table twin."""
    expected = dict(chart.expected or ())
    rows = [(at, value, expected.get(at)) for at, value in chart.points]
    return {
        "chart": chart,
        "drawing": charts.draw(chart),
        "rows": rows,
        "has_expected": bool(expected),
        "width": charts.WIDTH,
        "height": charts.HEIGHT,
    }


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField) -> dict[str, object]:
    """Show one form field with label, help and errors tied together for screen readers."""
    kind = bound.field.widget.__class__.__name__
    described = " ".join([f"{bound.id_for_label}_help"] * bool(bound.help_text) + [f"{bound.id_for_label}_errors"] * bool(bound.errors))
    attributes: dict[str, str | bool] = {"aria-describedby": described} if described else {}
    if bound.errors:
        attributes["aria-invalid"] = "true"
    is_group = kind in {"CheckboxSelectMultiple", "RadioSelect"}
    return {"bound": bound, "widget": bound.as_widget(attrs=attributes), "is_check": kind == "CheckboxInput", "is_group": is_group}


@register.simple_tag(takes_context=True)
def post_button(context: template.Context, url: str, label: object, tone: str = "") -> SafeString:
    """Show a button that posts to an address."""
    request: HttpRequest = context["request"]
    return format_html(
        '<form method="post" action="{}" class="inline"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<button class="btn {}">{}</button></form>',
        url,
        get_token(request),
        tone,
        label,
    )


@register.simple_tag(takes_context=True)
def slot(context: template.Context, name: str, obj: object = None) -> SafeString:
    """Render what higher rooms hung into a slot."""
    request: HttpRequest = context["request"]
    return format_html_join("", "{}", ((mark_safe(render(request, obj)),) for render in slot_renderers(name)))


@register.inclusion_tag("ui/pager.html", takes_context=True)
def pager(context: template.Context, page: object) -> dict[str, object]:
    """Show previous and next for a page of a list, keeping the filters."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    query.pop("page", None)
    return {"page": page, "query": query.urlencode()}


@register.simple_tag(takes_context=True)
def language_url(context: template.Context, code: str) -> str:
    """Return this page's address in another language."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    query["lang"] = code
    return f"{request.path}?{query.urlencode()}"
