"""Delete what one person wrote, at that person's request: counted by a job, confirmed by a second person, erased by a job.

The name typed in is turned into pseudonyms at once and never kept; posts from before the last change of the salt belong
to nobody any more and cannot be found by it, which the page says.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from huiying.base.accounts.rules import PERMISSIONS
from huiying.base.accounts.services import require
from huiying.base.approvals.services import approval_give
from huiying.base.audit.rules import SYSTEM, Actor
from huiying.base.audit.services import record
from huiying.base.jobs.services import enqueue
from huiying.base.ui.errors import BadInput, NotNow, NotThere

from ..models import AuthorSalt, IntakeTick, Post, Quarantine, SubjectRequest
from ..rules.archive import PURGE_POSTS, REQUEST_MOVES, RequestState
from ..signals import posts_erased
from ..words import unindex_for_good
from .pseudonyms import pseudonyms_in_force
from .quarantine import held_erase
from .retention import held_posts
from .snapshots import snapshots_destroy
from .ticks import ticks_emptied


@transaction.atomic
def subject_request_make(*, actor: Actor, now: datetime, channel: str, name: str, reference: str) -> SubjectRequest:
    """Begin a request: ``name`` is how the person is called on the channel; ``reference`` is the file number of the letter."""
    require(actor, "subject.request")
    said = name.strip()
    if not said or not channel.strip():
        raise BadInput(_("Say the channel and the name the person writes under there."))
    if not reference.strip():
        raise BadInput(_("Give the file number of the request: the name itself is not kept."))
    request = SubjectRequest.objects.create(
        channel=channel.strip()[:60],
        reference=reference.strip()[:100],
        pseudonyms=pseudonyms_in_force(channel.strip(), {said, said.lstrip("@＠"), f"@{said.lstrip('@＠')}"}),
        asked_by_id=actor.id,
        asked_by_name=actor.name,
        asked_at=now,
    )
    enqueue(name="sources.count_request", payload={"request": request.pk}, key=f"count:{request.pk}", run_at=now, now=now)
    _record(request, "subject.request", actor, now)
    return request


@transaction.atomic
def subject_request_count(*, request_id: int) -> SubjectRequest:
    """Count what a request would erase."""
    request = subject_request(request_id)
    held = _posts_of(request).filter(Exists(held_posts().filter(seq=OuterRef("seq")))).count()
    return _move(request, RequestState.COUNTED, posts=_posts_of(request).count(), held=held)


@transaction.atomic
def subject_request_confirm(*, actor: Actor, now: datetime, request_id: int) -> SubjectRequest:
    """Have the posts erased; who made the request cannot confirm it."""
    require(actor, "subject.confirm")
    request = subject_request(request_id)
    if request.state != RequestState.COUNTED:
        raise NotNow(_("Request %(number)s cannot be confirmed now: %(state)s.") % _shown(request))
    digest = hashlib.sha256(f"{request.pk}\n{request.channel}\n{request.reference}\n{request.pseudonyms}".encode()).hexdigest()
    authors = frozenset({request.asked_by_id} if request.asked_by_id is not None else ())
    role = next(iter(sorted(actor.roles & PERMISSIONS["subject.confirm"])), "")
    approval_give(actor=actor, now=now, subject=("subject_request", request.pk), digest=digest, authors=authors, role=role)
    request = _move(request, RequestState.CONFIRMED, decided_by_name=actor.name, decided_at=now)
    enqueue(name="sources.erase", payload={"request": request.pk}, key=f"erase:{request.pk}", run_at=now, now=now)
    _record(request, "subject.confirm", actor, now)
    return request


@transaction.atomic
def subject_request_refuse(*, actor: Actor, now: datetime, request_id: int) -> SubjectRequest:
    """Refuse a request; what was computed from the name is destroyed."""
    require(actor, "subject.confirm")
    request = _move(subject_request(request_id), RequestState.REFUSED, decided_by_name=actor.name, decided_at=now, pseudonyms=[])
    _record(request, "subject.refuse", actor, now)
    return request


def subject_request_erase(*, request_id: int, now: datetime) -> SubjectRequest:
    """Erase what a confirmed request covers, in small transactions; posts under a hold follow when it is released."""
    request = subject_request(request_id)
    if request.state != RequestState.CONFIRMED:
        return request
    while _erase_some(request, now):
        pass
    with transaction.atomic():
        _erase_quarantined(request)
        request = subject_request(request_id)
        left = _posts_of(request).count()
        SubjectRequest.objects.filter(pk=request.pk).update(held=left)
        if left:
            return subject_request(request_id)
        request = _move(request, RequestState.DONE, pseudonyms=[], done_at=now)
        _record(request, "subject.erase", SYSTEM, now)
    return request


def subject_requests_go_on(*, now: datetime) -> None:
    """Erase what was under a hold when its request was confirmed, and is not any more."""
    for request in SubjectRequest.objects.filter(state=RequestState.CONFIRMED):
        subject_request_erase(request_id=request.pk, now=now)


def subject_request(request_id: int) -> SubjectRequest:
    """Return a request; raises NotThere."""
    request = SubjectRequest.objects.filter(pk=request_id).first()
    if request is None:
        raise NotThere(_("There is no subject request %(number)s.") % {"number": request_id})
    return request


def _posts_of(request: SubjectRequest) -> QuerySet[Post]:
    """Return the posts of a request; pseudonyms are as old as the salt, so older posts need not be read."""
    oldest = AuthorSalt.objects.order_by("created_at").first()
    first = 0
    if oldest is not None:
        before = IntakeTick.objects.filter(at__lt=oldest.created_at).order_by("-last_seq").values_list("last_seq", flat=True)
        first = before.first() or 0
    return Post.objects.filter(seq__gt=first, channel=request.channel, author__in=request.pseudonyms)


@transaction.atomic
def _erase_some(request: SubjectRequest, now: datetime) -> bool:
    posts = list(_posts_of(request).exclude(Exists(held_posts().filter(seq=OuterRef("seq")))).order_by("seq")[:PURGE_POSTS])
    if not posts:
        return False
    seqs = posts_erase(posts=posts, now=now, reason="subject request")
    SubjectRequest.objects.filter(pk=request.pk).update(erased=request.erased + len(seqs))
    request.erased += len(seqs)
    return True


def posts_erase(*, posts: list[Post], now: datetime, reason: str) -> list[int]:
    """Erase what posts say, everywhere it is kept; returns their numbers. Call inside a transaction."""
    seqs = [post.seq for post in posts]
    unindex_for_good([post for post in posts if post.erased_at is None])
    ticks_emptied(seqs)
    snapshots_destroy(seqs=seqs, now=now, reason=reason)
    Post.objects.filter(pk__in=seqs).update(title="", text="", url="", author=None, erased_at=now)
    posts_erased.send(sender=Post, seqs=seqs, now=now)
    return seqs


def _erase_quarantined(request: SubjectRequest) -> None:
    held_erase(Quarantine.objects.filter(source__channel=request.channel, record__author_handle__in=request.pseudonyms))


def _move(request: SubjectRequest, to: RequestState, **changes: object) -> SubjectRequest:
    froms = [state.value for state, targets in REQUEST_MOVES.items() if to in targets]
    if SubjectRequest.objects.filter(pk=request.pk, state__in=froms).update(state=to.value, **changes) != 1:
        raise NotNow(_("Request %(number)s cannot go on now: %(state)s.") % _shown(request))
    request.refresh_from_db()
    return request


def _shown(request: SubjectRequest) -> dict[str, object]:
    return {"number": request.pk, "state": request.get_state_display()}


def _record(request: SubjectRequest, verb: str, actor: Actor, now: datetime) -> None:
    detail: dict[str, object] = {
        "reference": request.reference,
        "channel": request.channel,
        "posts": request.posts,
        "erased": request.erased,
    }
    record(actor=actor, verb=verb, subject=("subject_request", request.pk), now=now, detail=detail)
