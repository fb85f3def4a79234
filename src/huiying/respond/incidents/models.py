"""The incident, what was judged about it, and the papers that are never changed afterwards."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.db import models
from django.urls import reverse

from . import rules
from .circle import ReadableManager

PERSON = settings.AUTH_USER_MODEL


def _choices(labels: Mapping[str, rules.Label]) -> list[tuple[str, rules.Label]]:
    return [(str(key), label) for key, label in labels.items()]


class Incident(models.Model):
    """One matter the organisation manages; cross-room links are plain ids."""

    title = models.CharField(max_length=200)
    state = models.CharField(max_length=20, choices=_choices(rules.STATE_LABELS), default=rules.State.SUSPECTED.value)
    exercise = models.BooleanField(default=False)
    # Only its circle reads a confidential one; for everybody else it is not there.
    confidential = models.BooleanField(default=False)
    warning_id = models.BigIntegerField(null=True, blank=True)
    summary = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    # t0 of the law: set once from the first post, changed only with evidence, both values logged.
    crisis_at = models.DateTimeField()
    crisis_evidence = models.TextField()
    detected_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    verification_basis = models.CharField(max_length=20, blank=True)
    verification_evidence = models.TextField(blank=True)
    verification_checks = models.JSONField(default=list)
    nature = models.CharField(max_length=20, blank=True)
    cause = models.CharField(max_length=20, blank=True)
    grade = models.CharField(max_length=20, blank=True)
    scheme_key = models.CharField(max_length=60, blank=True)
    scheme_version = models.CharField(max_length=20, blank=True)
    commander = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    plan_version_id = models.BigIntegerField(null=True)
    plan_title = models.JSONField(default=dict)
    response_level = models.CharField(max_length=2, blank=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged_from")
    # Grades of the incidents taken up: the strictest limits run on.
    grades_taken_up: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    confirmed_at = models.DateTimeField(null=True)
    graded_at = models.DateTimeField(null=True)
    activated_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    # Who to call back about the first report: personal, kept for the response only (EFL Art. 85).
    reporter_contact = models.TextField(blank=True)
    purged_at = models.DateTimeField(null=True)

    everywhere = models.Manager()
    objects = ReadableManager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        base_manager_name = "everywhere"
        default_manager_name = "objects"
        indexes = [
            models.Index(fields=["state", "opened_at"], name="incident_state_opened"),
            models.Index(fields=["-opened_at", "-id"], name="incident_newest"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the incident room."""
        return reverse("incidents:detail", args=[self.pk])

    @property
    def number(self) -> str:
        """Return the number people say, such as ``2026-0012``."""
        return f"{self.opened_at:%Y}-{self.pk:04d}"

    @property
    def is_open(self) -> bool:
        """Whether people are still working on the matter itself."""
        return self.state in rules.OPEN_STATES

    @property
    def has_ended(self) -> bool:
        """Whether nothing about the incident may change any more."""
        return self.state in rules.ENDED_STATES


class IncidentStory(models.Model):
    """A story that belongs to an incident, by the story's own id."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="story_links")
    story_id = models.BigIntegerField(db_index=True)
    linked_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["incident", "story_id"], name="story_once_per_incident")]


class IncidentMove(models.Model):
    """One change of state; what was set aside to make it is kept beside it."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="moves")
    old = models.CharField(max_length=20)
    new = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    reason = models.TextField(blank=True)
    waived = models.JSONField(default=list)

    class Meta:
        ordering = ["at", "pk"]


class Assessment(models.Model):
    """What was judged at one time; a new one never overwrites an old one."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="assessments")
    at = models.DateTimeField()
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    nature = models.CharField(max_length=20, choices=_choices(rules.NATURE_LABELS))
    cause = models.CharField(max_length=20, choices=_choices(rules.CAUSE_LABELS))
    impacts = models.JSONField(default=list)
    affected = models.JSONField(default=list)
    features = models.JSONField(default=list)
    scope = models.TextField()
    trend = models.CharField(max_length=20, choices=_choices(rules.TREND_LABELS))
    risk = models.CharField(max_length=10, choices=_choices(rules.RISK_LABELS))
    authority_attention = models.CharField(max_length=40, blank=True, choices=_choices(rules.ATTENTION_LABELS))
    offline_impact = models.CharField(max_length=40, blank=True, choices=_choices(rules.OFFLINE_LABELS))
    harm_if_rumour_believed = models.CharField(max_length=40, blank=True, choices=_choices(rules.HARM_LABELS))
    evidence = models.TextField()
    # How sure each judgement is, by its field; what it rests on, as kind, reference and words.
    confidence: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    links: models.JSONField[list[dict[str, str]], list[dict[str, str]]] = models.JSONField(default=list)

    class Meta:
        ordering = ["-at", "-pk"]


class GradeDecision(models.Model):
    """A grade somebody decided, beside what the scheme proposed at that moment."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="grade_decisions")
    state = models.CharField(max_length=10, choices=_choices(rules.GRADE_STATE_LABELS))
    grade = models.CharField(max_length=20)
    previous = models.CharField(max_length=20, blank=True)
    proposed_grade = models.CharField(max_length=20, blank=True)
    proposal = models.JSONField(default=dict)
    scheme_key = models.CharField(max_length=60)
    scheme_version = models.CharField(max_length=20)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    decided_by_name = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["incident"], condition=models.Q(state="in_force"), name="one_grade_in_force"),
            models.UniqueConstraint(fields=["incident"], condition=models.Q(state="proposed"), name="one_grade_waiting"),
        ]


class LogEntry(models.Model):
    """A line of the decision log: what was decided or seen, and why."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="log_entries")
    kind = models.CharField(max_length=20, choices=_choices(rules.LOG_LABELS))
    text = models.TextField()
    reason = models.TextField(blank=True)
    # What else could have been done, and why it was not: [{option, why}].
    rejected: models.JSONField[list[dict[str, str]], list[dict[str, str]]] = models.JSONField(default=list)
    at = models.DateTimeField()
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)

    class Meta:
        ordering = ["-at", "-pk"]


from .models_people import Expert, Invitation, TaskForce, TaskForceSeat  # noqa: E402  they point at the tables above
from .models_reports import Consultation, ConsultationSeat, DutyReport, GradeReview  # noqa: E402
from .models_standing import CircleSeat, CommandHandover, IncidentTie, MovedTask, RetentionException  # noqa: E402

__all__ = [
    "Assessment",
    "CircleSeat",
    "CommandHandover",
    "Consultation",
    "ConsultationSeat",
    "DutyReport",
    "Expert",
    "GradeDecision",
    "GradeReview",
    "Incident",
    "IncidentMove",
    "IncidentStory",
    "IncidentTie",
    "Invitation",
    "LogEntry",
    "MovedTask",
    "RetentionException",
    "TaskForce",
    "TaskForceSeat",
]
