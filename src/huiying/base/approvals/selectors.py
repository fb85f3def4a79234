"""Reads of approvals."""

from __future__ import annotations

from .models import Approval


def approvals_of(subject: tuple[str, object], digest: str) -> list[Approval]:
    """Return the standing approvals of one exact version, oldest first."""
    return list(Approval.objects.filter(subject_kind=subject[0], subject_id=str(subject[1]), digest=digest, voided_at=None))


def all_approvals_of(subject: tuple[str, object]) -> list[Approval]:
    """Return every approval a subject ever had, voided ones too, oldest first."""
    return list(Approval.objects.filter(subject_kind=subject[0], subject_id=str(subject[1])))
