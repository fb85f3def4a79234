"""Pages of the rotations, with a preview before anything is saved, and of the private calendar."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiying.base.accounts.middleware import public
from huiying.base.accounts.rules import may
from huiying.base.accounts.selectors import person as person_of
from huiying.base.accounts.services import actor_of, require
from huiying.base.ui.errors import BadInput
from huiying.base.ui.together import read_together

from .boards import Board, board_of, span_of
from .feed import calendar_of, person_of_secret
from .forms import RotationForm
from .models import Rotation
from .rotation import begins_at
from .selectors import Roster, roster_in, roster_readings, rotation, rotations
from .services import RotationTerms, calendar_link_make, rotation_end, rotation_plan, rotation_save

#: days; two rounds of a fortnight's rotation fit on a screen.
PREVIEW_DAYS = 14


@require_safe
def rotation_list(request: HttpRequest) -> HttpResponse:
    """Show the rotations that hold."""
    actor = actor_of(request.user)
    require(actor, "roster.read")
    rows = [{"rotation": each, "people": _names(each, False), "deputies": _names(each, True)} for each in rotations()]
    return render(request, "rosters/rotations.html", {"rows": rows, "may_manage": may(actor.roles, "roster.manage")})


def _names(found: Rotation, is_deputy: bool) -> list[str]:
    return [str(seat.person) for seat in found.seats.all() if seat.is_deputy == is_deputy]


@require_http_methods(["GET", "POST"])
def rotation_edit(request: HttpRequest, rotation_id: int | None = None) -> HttpResponse:
    """Fill a rotation in, look at the fortnight it makes, and save it; a changed one follows the one before."""
    actor = actor_of(request.user)
    require(actor, "roster.manage")
    old = rotation(rotation_id) if rotation_id is not None else None
    form = RotationForm(request.POST if request.method == "POST" else None, initial=_initial(old))
    context: dict[str, object] = {"form": form, "old": old}
    if request.method == "GET":
        return render(request, "rosters/rotation.html", context)
    if not form.is_valid():
        return render(request, "rosters/rotation.html", context, status=400)
    try:
        context["preview"] = _preview(form.terms(), rotation_id)
        if "save" in request.POST:
            rotation_save(actor=actor, now=timezone.now(), terms=form.terms(), follows=rotation_id)
            messages.success(request, _("The rotation is on the roster."))
            return redirect("rosters:rotations")
    except BadInput as error:
        form.add_error(None, str(error))
        return render(request, "rosters/rotation.html", context, status=400)
    return render(request, "rosters/rotation.html", context)


def _initial(old: Rotation | None) -> dict[str, object]:
    tomorrow = timezone.localdate() + timedelta(days=1)
    if old is None:
        return {"zone": settings.TIME_ZONE, "starts_on": tomorrow}
    kept = {name: getattr(old, name) for name in ("name", "role", "pattern", "slots", "days", "zone", "is_gapless", "is_standby")}
    order = {
        name: "\n".join(seat.person.username for seat in old.seats.all() if seat.is_deputy == wanted)
        for name, wanted in (("people", False), ("deputies", True))
    }
    return {**kept, **order, "starts_on": tomorrow}


def _preview(terms: RotationTerms, follows: int | None) -> Board:
    """Return the first fortnight of a rotation together with everything else on the roster in its role."""
    days = [terms.starts_on + timedelta(days=number) for number in range(PREVIEW_DAYS)]
    start, end = span_of(days)
    plan = rotation_plan(terms)
    whole = roster_in(read_together(roster_readings(start, end)), start, end, also=[plan], without=follows)
    people = {each: str(person_of(each)) for each in {*terms.people, *terms.deputies} - set(whole.names)}
    own = [duty for duty in whole.duties if duty.role == terms.role]
    return board_of(days, Roster(own, {**whole.names, **people}, {terms.role: begins_at(plan)} if terms.is_gapless else {}))


@require_POST
def rotation_stop(request: HttpRequest, rotation_id: int) -> HttpResponse:
    """Let the last shift of a rotation begin today."""
    rotation_end(actor=actor_of(request.user), now=timezone.now(), rotation_id=rotation_id, last_day=_today(rotation(rotation_id)))
    messages.success(request, _("The rotation ends with today's shifts."))
    return redirect("rosters:rotations")


def _today(found: Rotation) -> date:
    return timezone.localdate() if found.starts_on <= timezone.localdate() else found.starts_on - timedelta(days=1)


@require_http_methods(["GET", "POST"])
def calendar_link(request: HttpRequest) -> HttpResponse:
    """Explain the private calendar, and make its address; it is shown once."""
    actor = actor_of(request.user)
    require(actor, "roster.read")
    url = ""
    if request.method == "POST":
        secret = calendar_link_make(actor=actor, now=timezone.now())
        url = request.build_absolute_uri(reverse("rosters:calendar_feed", args=[secret]))
    response = render(request, "rosters/calendar.html", {"url": url})
    response["Cache-Control"] = "private, no-store"
    return response


@public
@require_safe
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Return a person's own shifts; the secret in the address is the key."""
    person_id = person_of_secret(secret)
    person = person_of(person_id) if person_id is not None else None
    if person is None:
        raise Http404
    with translation.override(person.language):
        content = calendar_of(person.pk, timezone.now(), request.get_host().partition(":")[0])
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, max-age=900"
    response["Referrer-Policy"] = "no-referrer"
    return response
