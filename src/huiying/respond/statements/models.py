"""Facts, statements made of sentences, what was released, and what was promised."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language

from . import rules

PERSON = settings.AUTH_USER_MODEL


class Fact(models.Model):
    """One checked or checkable fact of an incident. Its text never changes: withdraw it and add a better one."""

    incident = models.ForeignKey("incidents.Incident", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    text_zh = models.TextField()
    text_en = models.TextField(blank=True)
    evidence = models.TextField()
    public_source = models.CharField(max_length=200, blank=True)
    state = models.CharField(
        max_length=10, choices=[(s.value, rules.FACT_LABELS[s]) for s in rules.FactState], default=rules.FactState.PROPOSED.value
    )
    author = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    verifier = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    verified_at = models.DateTimeField(null=True)
    verification_note = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.TextField(blank=True)
    exercise = models.BooleanField(default=False)

    class Meta:
        ordering = ["incident", "number"]
        constraints = [models.UniqueConstraint(fields=["incident", "number"], name="fact_number_once")]

    def __str__(self) -> str:
        return f"F-{self.number}"

    @property
    def label(self) -> str:
        """Return how people refer to the fact, such as ``F-2``."""
        return f"F-{self.number}"

    @property
    def state_label(self) -> Promise:
        """Return the state in the reader's language."""
        return rules.FACT_LABELS[rules.FactState(self.state)]


class Statement(models.Model):
    """A text on its way out; what was released is kept apart in Release."""

    incident = models.ForeignKey("incidents.Incident", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=[(k.value, rules.KIND_LABELS[k]) for k in rules.StatementKind])
    state = models.CharField(
        max_length=20, choices=[(s.value, rules.STATE_LABELS[s]) for s in rules.StatementState], default=rules.StatementState.DRAFT.value
    )
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=200, blank=True)
    next_update_at = models.DateTimeField(null=True, blank=True)
    # Key of the template whose gaps alone were filled; emptied by any other edit, which closes the fast lane.
    template_key = models.CharField(max_length=80, blank=True)
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="corrections")
    reason_zh = models.TextField(blank=True)
    reason_en = models.TextField(blank=True)
    basis = models.TextField(blank=True)
    returned_reason = models.TextField(blank=True)
    authors: models.ManyToManyField[Any, Any] = models.ManyToManyField(PERSON, related_name="+")  # Any: accounts keeps its Person to itself
    submitter = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    approved_digest = models.CharField(max_length=64, blank=True)
    exercise = models.BooleanField(default=False)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "number"], name="statement_number_once"),
            models.UniqueConstraint(
                fields=["corrects"],
                condition=~models.Q(state__in=["rejected", "withdrawn"]) & models.Q(corrects__isnull=False),
                name="one_live_correction",
            ),
        ]
        indexes = [models.Index(fields=["state", "changed_at"], name="statement_state_changed")]

    def __str__(self) -> str:
        return self.title_en if self.title_en and get_language() == "en" else self.title_zh

    def get_absolute_url(self) -> str:
        """Return the address of the statement's page."""
        return reverse("statements:detail", args=[self.pk])

    @property
    def state_label(self) -> Promise:
        """Return the state in the reader's language."""
        return rules.STATE_LABELS[rules.StatementState(self.state)]

    @property
    def kind_label(self) -> Promise:
        """Return the kind in the reader's language."""
        return rules.KIND_LABELS[rules.StatementKind(self.kind)]

    @property
    def tone(self) -> str:
        """Return the tone of the state's chip."""
        return rules.STATE_TONES[rules.StatementState(self.state)]


class Sentence(models.Model):
    """One sentence in both languages, with its nature and the facts it stands on."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="sentences")
    position = models.PositiveIntegerField()
    nature = models.CharField(max_length=12, choices=[(n.value, rules.NATURE_LABELS[n]) for n in rules.Nature])
    text_zh = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    facts = models.ManyToManyField(Fact, blank=True, related_name="sentences")
    due_at = models.DateTimeField(null=True)
    owner_role = models.CharField(max_length=30, blank=True)

    class Meta:
        ordering = ["statement", "position"]
        constraints = [models.UniqueConstraint(fields=["statement", "position"], name="sentence_position_once")]

    @property
    def nature_label(self) -> Promise:
        """Return the nature in the reader's language."""
        return rules.NATURE_LABELS[rules.Nature(self.nature)]


class Release(models.Model):
    """A statement as it left the house: the exact text is frozen here, its hash beside it."""

    statement = models.OneToOneField(Statement, on_delete=models.PROTECT, related_name="release")
    incident = models.ForeignKey("incidents.Incident", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    channel = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    body = models.TextField()
    digest = models.CharField(max_length=64)
    updated_at = models.DateTimeField()
    corrected_by = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="corrects")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason_zh = models.TextField(blank=True)
    withdrawn_reason_en = models.TextField(blank=True)
    exercise = models.BooleanField(default=False)

    class Meta:
        ordering = ["-at", "-number"]
        constraints = [models.UniqueConstraint(fields=["exercise", "number"], name="release_number_once")]


class Commitment(models.Model):
    """A promise made in public, kept in sight until it is kept or honestly called broken."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="commitments")
    incident = models.ForeignKey("incidents.Incident", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    text_zh = models.TextField()
    text_en = models.TextField()
    due_at = models.DateTimeField()
    state = models.CharField(
        max_length=8,
        choices=[(s.value, rules.COMMITMENT_LABELS[s]) for s in rules.CommitmentState],
        default=rules.CommitmentState.MADE.value,
    )
    ended_at = models.DateTimeField(null=True)
    note_zh = models.TextField(blank=True)
    note_en = models.TextField(blank=True)
    exercise = models.BooleanField(default=False)

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["release", "position"], name="commitment_once_per_sentence")]

    @property
    def clock_key(self) -> str:
        """Return the key of the clock that runs for this promise."""
        return f"commitment:{self.pk}"

    @property
    def state_label(self) -> Promise:
        """Return the state in the reader's language."""
        return rules.COMMITMENT_LABELS[rules.CommitmentState(self.state)]
