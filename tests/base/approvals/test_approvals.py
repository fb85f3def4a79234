"""A signature under the hash of one exact version."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from huiying.base.approvals.models import Approval
from huiying.base.approvals.rules import is_digest, people_who_approved
from huiying.base.approvals.selectors import all_approvals_of, approvals_of
from huiying.base.approvals.services import approval_give, approvals_void
from huiying.base.audit.models import AuditEntry
from huiying.base.audit.rules import SYSTEM
from huiying.base.ui.errors import BadInput, NotNow, NotYou

pytestmark = pytest.mark.django_db
SUBJECT = ("statement", 3)
DIGEST = "ab" * 32


def give(
    cast: Any, now: datetime, who: str = "approver", digest: str = DIGEST, authors: frozenset[int] = frozenset(), role: str = ""
) -> Approval:
    return approval_give(actor=cast.actor(who), now=now, subject=SUBJECT, digest=digest, authors=authors, role=role or who)


def test_an_approval_keeps_who_when_role_and_hash(now: datetime, cast: Any) -> None:
    give(cast, now)
    (kept,) = approvals_of(SUBJECT, DIGEST)
    assert (kept.person_id, kept.person_name, kept.role, kept.given_at) == (cast.approver.pk, "Approver", "approver", now)


def test_the_author_never_approves(now: datetime, cast: Any) -> None:
    with pytest.raises(NotYou):
        give(cast, now, authors=frozenset({cast.approver.pk}))
    assert not Approval.objects.exists()


def test_the_author_never_approves_even_as_commander(now: datetime, cast: Any) -> None:
    with pytest.raises(NotYou):
        give(cast, now, who="commander", authors=frozenset({cast.commander.pk, cast.writer.pk}))


def test_the_system_never_approves(now: datetime) -> None:
    with pytest.raises(NotYou):
        approval_give(actor=SYSTEM, now=now, subject=SUBJECT, digest=DIGEST, authors=frozenset(), role="approver")


def test_nobody_approves_in_a_role_they_do_not_hold(now: datetime, cast: Any) -> None:
    with pytest.raises(NotYou):
        give(cast, now, who="writer", role="approver")


@pytest.mark.parametrize("digest", ["", "abc", "g" * 64, "AB" * 32, "ab" * 33])
def test_only_a_sha256_can_be_approved(now: datetime, cast: Any, digest: str) -> None:
    with pytest.raises(BadInput):
        give(cast, now, digest=digest or " ")
    assert not is_digest(digest)


def test_one_person_counts_once_for_one_version(now: datetime, cast: Any) -> None:
    give(cast, now)
    with pytest.raises(NotNow):
        give(cast, now)
    assert Approval.objects.count() == 1


def test_the_database_itself_refuses_a_second_signature(now: datetime, cast: Any) -> None:
    kept = give(cast, now)
    kept.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        kept.save(force_insert=True)


def test_another_version_needs_another_approval(now: datetime, cast: Any) -> None:
    give(cast, now)
    give(cast, now, digest="cd" * 32)
    assert len(approvals_of(SUBJECT, DIGEST)) == len(approvals_of(SUBJECT, "cd" * 32)) == 1


def test_another_subject_with_the_same_text_is_not_approved(now: datetime, cast: Any) -> None:
    give(cast, now)
    assert approvals_of(("statement", 4), DIGEST) == []


def test_voiding_ends_all_and_keeps_them_readable(now: datetime, cast: Any) -> None:
    give(cast, now)
    give(cast, now, who="commander")
    assert approvals_void(actor=SYSTEM, now=now, subject=SUBJECT, reason="text changed") == 2
    assert approvals_of(SUBJECT, DIGEST) == []
    assert [entry.voided_reason for entry in all_approvals_of(SUBJECT)] == ["text changed", "text changed"]


def test_voiding_nothing_writes_nothing(now: datetime) -> None:
    assert approvals_void(actor=SYSTEM, now=now, subject=SUBJECT, reason="x") == 0
    assert not AuditEntry.objects.exists()


def test_after_voiding_the_same_version_can_be_approved_again(now: datetime, cast: Any) -> None:
    give(cast, now)
    approvals_void(actor=SYSTEM, now=now, subject=SUBJECT, reason="too old")
    give(cast, now + timedelta(hours=5))
    assert len(approvals_of(SUBJECT, DIGEST)) == 1


def test_old_approvals_stop_counting(now: datetime, cast: Any) -> None:
    give(cast, now)
    give(cast, now + timedelta(hours=2), who="commander")
    given = approvals_of(SUBJECT, DIGEST)
    four = timedelta(hours=4)
    assert people_who_approved(given, now=now + timedelta(hours=3), life=four) == {cast.approver.pk, cast.commander.pk}
    assert people_who_approved(given, now=now + timedelta(hours=4), life=four) == {cast.commander.pk}
    assert people_who_approved(given, now=now + timedelta(days=4)) == {cast.approver.pk, cast.commander.pk}


def test_giving_and_voiding_are_logged(now: datetime, cast: Any) -> None:
    give(cast, now)
    approvals_void(actor=cast.actor("writer"), now=now, subject=SUBJECT, reason="edited")
    assert list(AuditEntry.objects.values_list("verb", "subject_id")) == [("approval.give", "3"), ("approval.void", "3")]
