"""The issued warnings, the page of one, and what people do there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any  # template contexts

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiying.base.accounts.selectors import organisation_name
from huiying.base.accounts.services import actor_of, require
from huiying.base.audit.selectors import log_of
from huiying.base.clocks.selectors import clocks_of
from huiying.base.ui.errors import BadInput, NotThere
from huiying.base.ui.rights import may_see
from huiying.core.grading.levels import WarningLevel

from .. import selectors as warnings
from . import services
from .export import alert_of
from .forms import CancelForm, ChangeForm, ContentForm, LiftForm
from .models import Notice, NoticeEdition
from .rules import RIGHT, Category, EditionKind, hold_verdict
from .selectors import notice_of, notices

PER_PAGE = 25
#: hours; the end a form proposes.
USUAL_HOURS = 24


@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    """List the issued warnings in force, or all."""
    require(actor_of(request.user), "warning.read")
    shows_all = request.GET.get("show") == "all"
    page = Paginator(notices(shows_all), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "warnings/notices.html", {"page": page, "shows_all": shows_all})


@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, warning_id: int) -> HttpResponse:
    """Write the notice of a warning."""
    actor = actor_of(request.user)
    require(actor, RIGHT)
    warning, now = warnings.warning(warning_id), timezone.now()
    if request.method != "POST":
        initial = {
            "category": Category.OPINION.value, "level": warning.level, "issuer": organisation_name(),
            "starts_at": timezone.localtime(now), "ends_at": timezone.localtime(now + timedelta(hours=USUAL_HOURS)),
        }  # fmt: skip
        return render(request, "warnings/notice_draft.html", {"warning": warning, "form": ContentForm(initial=initial)})
    form = ContentForm(request.POST)
    if form.is_valid():
        try:
            found = services.notice_draft(actor=actor, now=now, warning_id=warning_id, content=form.content)
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The notice is written. A second person has to confirm it before it counts."))
            return redirect("warnings:notice", found.pk)
    return render(request, "warnings/notice_draft.html", {"warning": warning, "form": form}, status=400)


@require_GET
def notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Show one notice: what it says, since when, what it said before."""
    require(actor_of(request.user), "warning.read")
    return _page(request, notice_of(notice_id))


@require_POST
def confirm(request: HttpRequest, notice_id: int, edition: int) -> HttpResponse:
    """Put what another person wrote in force."""
    services.notice_confirm(actor=actor_of(request.user), now=timezone.now(), notice_id=notice_id, edition=edition)
    messages.success(request, _("It is in force now."))
    return redirect("warnings:notice", notice_id)


@require_POST
def change(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Upgrade, downgrade or renew: the level that was chosen says which."""
    actor, now, found, form = actor_of(request.user), timezone.now(), notice_of(notice_id), ChangeForm(request.POST)
    require(actor, RIGHT)
    if form.is_valid():
        new, old = WarningLevel(form.content.level).rank, WarningLevel(found.level).rank
        act = services.notice_upgrade if new > old else services.notice_downgrade if new < old else services.notice_renew
        reason = form.cleaned_data["reason"]

        def do() -> None:
            act(actor=actor, now=now, notice_id=notice_id, content=form.content, reason=reason)

        said = _("The lower level waits for a second person.") if new < old else _("The notice is issued anew.")
        return _do(request, found, form, do, said, "change")
    return _page(request, found, status=400, change=form)


@require_POST
def lift(request: HttpRequest, notice_id: int) -> HttpResponse:
    """End a notice because the danger is over."""
    return _ended(request, notice_id, LiftForm(request.POST), services.notice_lift, _("The warning is lifted."), "lift")


@require_POST
def cancel(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Take a notice back that was issued in error."""
    return _ended(request, notice_id, CancelForm(request.POST), services.notice_cancel, _("The notice is cancelled."), "cancel")


@require_GET
def cap(request: HttpRequest, notice_id: int, edition: int) -> HttpResponse:
    """Give one edition as a CAP 1.2 message."""
    require(actor_of(request.user), "warning.read")
    found = notice_of(notice_id)
    issued = [each for each in found.editions.all() if each.issued_at is not None]
    wanted = next((each for each in issued if each.number == edition), None)
    if wanted is None:
        raise NotThere(_("There is no issued edition %(number)s of this notice.") % {"number": edition})
    response = HttpResponse(alert_of(found, wanted, [each for each in issued if each.number < edition]), content_type="application/cap+xml")
    response["Content-Disposition"] = f'attachment; filename="huiying-notice-{found.pk}-{edition}.cap.xml"'
    return response


def _ended(request: HttpRequest, notice_id: int, form: forms.Form, act: Callable[..., object], said: str, name: str) -> HttpResponse:
    actor, now, found = actor_of(request.user), timezone.now(), notice_of(notice_id)
    require(actor, RIGHT)
    if not form.is_valid():
        return _page(request, found, status=400, **{name: form})
    return _do(request, found, form, lambda: act(actor=actor, now=now, notice_id=notice_id, **form.cleaned_data), said, name)


def _do(request: HttpRequest, found: Notice, form: forms.Form, act: Callable[[], object], said: str, name: str) -> HttpResponse:
    try:
        act()
    except BadInput as error:
        form.add_error(None, str(error))
        return _page(request, found, status=400, **{name: form})
    messages.success(request, said)
    return redirect("warnings:notice", found.pk)


def _page(request: HttpRequest, found: Notice, status: int = 200, **forms_given: forms.Form) -> HttpResponse:
    editions = list(found.editions.all())
    issued = [each for each in editions if each.issued_at is not None]
    waiting = next((each for each in editions if each.issued_at is None), None)
    current = issued[-1] if issued else waiting
    verdict = hold_verdict(WarningLevel(found.level), found.below_since, timezone.now())
    context: dict[str, Any] = {
        "notice": found, "current": current, "waiting": waiting, "editions": issued, "verdict": verdict,
        "is_own": waiting is not None and waiting.written_by_id == actor_of(request.user).id,
        "is_over": found.renewal_overdue, "may_act": may_see(request, RIGHT), "clocks": clocks_of(("notice", found.pk)),
        "log": log_of("notice", found.pk), "waits_for_issue": waiting is not None and waiting.kind == EditionKind.ISSUE,
        "change": ChangeForm(initial=_initial(current)) if current else None, "lift": LiftForm(), "cancel": CancelForm(), **forms_given,
    }  # fmt: skip
    return render(request, "warnings/notice.html", context, status=status)


def _initial(edition: NoticeEdition) -> dict[str, Any]:
    kept: dict[str, Any] = {name: getattr(edition, name) for name in services.Content.__dataclass_fields__}
    return kept | {name: timezone.localtime(kept[name]) for name in ("starts_at", "ends_at")}
