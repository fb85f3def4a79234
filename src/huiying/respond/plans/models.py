"""Plan versions, which never change, and what was put into force from them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language

from huiying.core.formats.localised import localise

from . import rules


class PlanVersion(models.Model):
    """One version of a plan: its text as it was published, found by key and version."""

    key = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    title = models.JSONField()
    summary = models.JSONField(default=dict)
    source = models.TextField()
    digest = models.CharField(max_length=64)
    state = models.CharField(
        max_length=20, choices=[(s.value, rules.PLAN_STATE_LABELS[s]) for s in rules.PlanState], default=rules.PlanState.DRAFT.value
    )
    is_built_in = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["key", "-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="plan_version_once"),
            models.UniqueConstraint(fields=["key"], condition=models.Q(state="published"), name="one_plan_in_force_per_key"),
        ]

    def __str__(self) -> str:
        return self.title_text

    def get_absolute_url(self) -> str:
        """Return the address of the plan's page."""
        return reverse("plans:detail", args=[self.pk])

    @property
    def title_text(self) -> str:
        """The title in the reader's language."""
        return localise(self.title, get_language() or "zh-hans")

    @property
    def summary_text(self) -> str:
        """The summary in the reader's language."""
        return localise(self.summary, get_language() or "zh-hans")

    @property
    def state_label(self) -> str | Promise:
        """The state in words."""
        return rules.PLAN_STATE_LABELS[self.state]

    @property
    def tone(self) -> str:
        """The chip's tone."""
        return rules.PLAN_TONES.get(self.state, "plain")


class Activation(models.Model):
    """A plan version put into force for one incident; running incidents keep the version they started with."""

    incident = models.ForeignKey("incidents.Incident", on_delete=models.PROTECT, related_name="+")
    plan_version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="activations")
    response_level = models.CharField(max_length=2)
    level_reason = models.TextField(blank=True)
    state = models.CharField(max_length=20, default=rules.ActivationState.IN_FORCE.value)
    activated_at = models.DateTimeField()
    activated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    activated_by_name = models.CharField(max_length=150)
    stood_down_at = models.DateTimeField(null=True)
    exercise = models.BooleanField(default=False)

    class Meta:
        ordering = ["-activated_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["incident"], condition=models.Q(state="in_force"), name="one_activation_in_force")]


class RoleSlot(models.Model):
    """One post of one activation, and who holds it."""

    activation = models.ForeignKey(Activation, on_delete=models.CASCADE, related_name="slots")
    place = models.PositiveSmallIntegerField()
    group_key = models.CharField(max_length=60)
    group_label = models.JSONField()
    role_key = models.CharField(max_length=60)
    role = models.CharField(max_length=60)
    label = models.JSONField()
    standing = models.CharField(max_length=10)
    is_optional = models.BooleanField(default=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    filled_by = models.CharField(max_length=10, blank=True)

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["activation", "group_key", "role_key"], name="post_once_per_activation")]

    @property
    def group_text(self) -> str:
        """The group in the reader's language."""
        return localise(self.group_label, get_language() or "zh-hans")

    @property
    def label_text(self) -> str:
        """The post in the reader's language."""
        return localise(self.label, get_language() or "zh-hans")

    @property
    def standing_label(self) -> str | Promise:
        """Head, deputy or member, in words."""
        return rules.STANDING_LABELS[self.standing]

    @property
    def filled_by_label(self) -> str | Promise:
        """How the post came to its person, in words."""
        return rules.FILLED_BY_LABELS[self.filled_by]
