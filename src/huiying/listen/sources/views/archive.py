"""The pages of the archive: one post, kept pages, evidence holds, retention, subject requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any  # the rows of two kinds

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiying.base.accounts.rules import may
from huiying.base.accounts.services import actor_of, require
from huiying.base.sharing.registry import is_there
from huiying.base.ui.errors import BadInput, NotThere

from .. import services
from ..forms_posts import HoldForm, SubjectRequestForm
from ..narrowing import group_of, narrowing
from ..selectors import archive as reads
from ..wording import error_words

#: An act of a service on one row.
Act = Callable[..., Any]

__all__ = ["archive", "hold_act", "hold_ask", "post", "snapshot", "snapshot_ask", "subject_act", "subject_requests"]


@require_GET
def post(request: HttpRequest, seq: int) -> HttpResponse:
    """Show one post, what is kept of its page, and who holds it as evidence."""
    actor = actor_of(request.user)
    require(actor, "post.read")
    shown = reads.post_shown(seq)
    context = {
        "post": shown,
        "story": group_of("story", seq),
        "snapshots": [(each, error_words(each.error)) for each in reads.snapshots_of_posts([seq])],
        "holds": reads.holds_of_post(seq),
        "form": HoldForm(),
        "may_hold": may(actor.roles, "evidence.hold"),
    }
    return render(request, "sources/post.html", context)


@require_POST
def snapshot_ask(request: HttpRequest, seq: int) -> HttpResponse:
    """Have the page behind a post kept."""
    services.snapshot_ask(actor=actor_of(request.user), now=timezone.now(), seq=seq)
    messages.success(request, _("The page is being fetched. It appears here within a minute."))
    return redirect("sources:post", seq)


@require_GET
def snapshot(request: HttpRequest, snapshot_id: int) -> HttpResponse:
    """Show a kept page as text, and whether its file is still what was fetched."""
    require(actor_of(request.user), "post.read")
    kept = services.page_snapshot(snapshot_id)
    return render(
        request, "sources/snapshot.html", {"kept": kept, "is_whole": services.is_snapshot_whole(kept), "error": error_words(kept.error)}
    )


@require_POST
def hold_ask(request: HttpRequest) -> HttpResponse:
    """Ask that a post, or all posts of its story, are kept for an incident."""
    actor = actor_of(request.user)
    require(actor, "evidence.hold")  # who may not is told nothing of what there is
    form = HoldForm(request.POST)
    if not form.is_valid():
        raise BadInput(_("Say for which incident and why the posts are needed."))
    number = form.cleaned_data["incident"]
    if not is_there("incident", number):
        raise BadInput(_("There is no incident %(number)s: give the number of the one the posts are needed for.") % {"number": number})
    seqs = [int(given) for given in request.POST.getlist("seq") if given.isdecimal() and len(given) < 19]
    way, story = narrowing("story"), request.POST.get("story", "")
    if way is not None and story.isdecimal() and len(story) < 19 and (group := way.narrowed(int(story))) is not None:
        seqs += group.seqs
    hold = services.hold_ask(
        actor=actor,
        now=timezone.now(),
        subject=("incident", number),
        seqs=seqs,
        reason=form.cleaned_data["reason"],
        exercise=False,
    )
    messages.success(request, _("%(n)s posts wait for a second person, then they are kept.") % {"n": hold.posts})
    return redirect("sources:archive")


@require_POST
def hold_act(request: HttpRequest, hold_id: int, act: str) -> HttpResponse:
    """Confirm, refuse or release a hold."""
    acts = {"confirm": services.hold_confirm, "refuse": services.hold_refuse, "release": services.hold_release}
    hold = _act(acts, act)(actor=actor_of(request.user), now=timezone.now(), hold_id=hold_id)
    messages.success(request, _("Hold %(number)s: %(state)s.") % {"number": hold.pk, "state": hold.get_state_display()})
    return redirect("sources:archive")


@require_GET
def archive(request: HttpRequest) -> HttpResponse:
    """Show how long posts are kept, what is held, and what was purged."""
    actor = actor_of(request.user)
    require(actor, "source.read")
    context = {
        "rows": reads.retained(),
        "holds": reads.holds_list(),
        "runs": reads.purge_runs(),
        "oldest": reads.oldest_kept(),
        "may_hold": may(actor.roles, "evidence.hold"),
        "may_confirm": may(actor.roles, "evidence.confirm"),
        "may_request": may(actor.roles, "subject.request") or may(actor.roles, "subject.confirm"),
    }
    return render(request, "sources/archive.html", context)


@require_http_methods(["GET", "POST"])
def subject_requests(request: HttpRequest) -> HttpResponse:
    """Take in the request of a person to delete what they wrote, and show those there are."""
    actor = actor_of(request.user)
    may_ask, may_confirm = may(actor.roles, "subject.request"), may(actor.roles, "subject.confirm")
    require(actor, "subject.confirm" if may_confirm and request.method == "GET" else "subject.request")
    form = SubjectRequestForm(reads.channels(), request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = services.subject_request_make(actor=actor, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Request %(number)s: its posts are being counted.") % {"number": made.pk})
        return redirect("sources:subject_requests")
    context = {"form": form, "rows": reads.subject_requests(), "may_ask": may_ask, "may_confirm": may_confirm}
    return render(request, "sources/subject_requests.html", context, status=400 if form.errors else 200)


@require_POST
def subject_act(request: HttpRequest, request_id: int, act: str) -> HttpResponse:
    """Confirm or refuse a subject request."""
    acts = {"confirm": services.subject_request_confirm, "refuse": services.subject_request_refuse}
    done = _act(acts, act)(actor=actor_of(request.user), now=timezone.now(), request_id=request_id)
    messages.success(request, _("Request %(number)s: %(state)s.") % {"number": done.pk, "state": done.get_state_display()})
    return redirect("sources:subject_requests")


def _act(acts: dict[str, Act], act: str) -> Act:
    if act not in acts:
        raise NotThere(_("There is no act “%(name)s” here.") % {"name": act})
    return acts[act]
