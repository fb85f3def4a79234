"""Duty reports, consultations and the later judgement of grades: papers that are never changed afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse

from . import grade_rules, report_rules, rules

PERSON = settings.AUTH_USER_MODEL


class DutyReport(models.Model):
    """A report that was sent inside or upward; lateness is computed from its clock, never typed."""

    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="duty_reports")
    number = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=20, choices=[(str(key), label) for key, label in rules.REPORT_LABELS.items()])
    recipient = models.CharField(max_length=120, blank=True)
    # Who was told inside, as [id, name]: what was sent to whom stays as it was.
    sent_to: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list)
    text = models.TextField(blank=True)
    points: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    figures: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list)
    started_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="corrections")
    correction_reason = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["incident", "number"], name="one_report_per_number")]

    def get_absolute_url(self) -> str:
        """Return the address of the report."""
        return reverse("incidents:report", args=[self.incident_id, self.number])

    @property
    def late_by(self) -> timedelta | None:
        """By how much it came too late, or None."""
        return None if self.corrects_id else report_rules.lateness(self.at, self.due_at)

    @property
    def said(self) -> list[tuple[rules.Label, str]]:
        """What it says, under its headings."""
        return [(label, self.points[key]) for key, label in report_rules.POINT_LABELS.items() if self.points.get(key)]

    @property
    def left_out(self) -> list[rules.Label]:
        """What it does not say; nothing for one that was written as one text."""
        return report_rules.left_out(self.points) if self.points else []

    @property
    def numbers(self) -> list[report_rules.Figure]:
        """The figures as they stood when it was filed."""
        return [report_rules.Figure.of(each) for each in self.figures]

    @property
    def recipients(self) -> str:
        """Everybody it went to, inside and outside."""
        return " · ".join([*(name for _id, name in self.sent_to), *filter(None, [self.recipient])])


class Consultation(models.Model):
    """Experts and departments judged a question together (EFL Art. 57 and 62)."""

    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="consultations")
    number = models.PositiveIntegerField()
    assessment = models.ForeignKey("incidents.Assessment", null=True, on_delete=models.PROTECT, related_name="consultations")
    question = models.TextField()
    opinions_for = models.TextField()
    opinions_against = models.TextField()
    conclusion = models.TextField()
    rejected: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list)
    held_at = models.DateTimeField()
    at = models.DateTimeField()
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)

    class Meta:
        ordering = ["-held_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["incident", "number"], name="one_consultation_per_number")]


class ConsultationSeat(models.Model):
    """Who took part, as what."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="seats")
    person = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    expert = models.ForeignKey("incidents.Expert", null=True, on_delete=models.PROTECT, related_name="seats")
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=150)

    class Meta:
        ordering = ["pk"]


class GradeReview(models.Model):
    """Whether the grade of a closed incident was right, as somebody who did not decide it sees it now (R68)."""

    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="grade_reviews")
    verdict = models.CharField(max_length=10, choices=[(str(key), label) for key, label in grade_rules.VERDICT_LABELS.items()])
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)

    class Meta:
        ordering = ["-at", "-pk"]
