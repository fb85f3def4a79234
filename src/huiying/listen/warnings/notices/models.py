"""Issued warnings and their editions."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import get_language

from huiying.core.formats.localised import localise
from huiying.core.grading.levels import WARNING_LEVEL_LABELS, WARNING_SEVERITY_LABELS, WarningLevel

from .rules import CATEGORY_LABELS, EDITION_LABELS, IN_FORCE, NOTICE_LABELS, STANDING, Category, EditionKind, NoticeState

_LEVELS = [(level.value, level.value) for level in WarningLevel]


class Notice(models.Model):
    """A warning that was told to people. ``level`` and ``ends_at`` are those of the newest edition in force.

    ``below_since`` is when the values of its matter fell below ``level`` and stayed there; ``renewal_overdue`` only says that the end
    time passed: a notice never lifts itself.
    """

    warning = models.ForeignKey("warnings.Warning", on_delete=models.PROTECT, related_name="notices")
    title = models.CharField(max_length=120)
    state = models.CharField(max_length=12, choices=[(s.value, NOTICE_LABELS[s]) for s in NoticeState], default=NoticeState.DRAFT.value)
    level = models.CharField(max_length=8, choices=_LEVELS)
    ends_at = models.DateTimeField()
    renewal_overdue = models.BooleanField(default=False)
    below_since = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    exercise = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["warning"], condition=models.Q(state__in=STANDING), name="one_standing_notice_per_warning")
        ]
        indexes = [models.Index(fields=["state", "ends_at"], name="notice_state_ends")]

    def __str__(self) -> str:
        return self.title

    @property
    def state_label(self) -> str:
        """The state in the reader's language."""
        return str(NOTICE_LABELS[NoticeState(self.state)])

    @property
    def is_in_force(self) -> bool:
        """Whether people are to act by it."""
        return self.state in IN_FORCE

    @property
    def level_words(self) -> str:
        """The level by its colour, number and the older severity words, all of which are printed on warnings."""
        return level_words(self.level)


class NoticeEdition(models.Model):
    """What a notice said from one moment on: every field that the law asks for (Art. 64), never changed after it was issued.

    ``issued_at`` is None while a second person has not confirmed it.
    """

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="editions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=[(k.value, EDITION_LABELS[k]) for k in EditionKind])
    category = models.CharField(max_length=20, choices=[(c.value, CATEGORY_LABELS[c]) for c in Category])
    level = models.CharField(max_length=8, choices=_LEVELS)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    area = models.CharField(max_length=300)
    mind = models.TextField()
    measures = models.TextField()
    issuer = models.CharField(max_length=150)
    reason = models.TextField(blank=True)
    facts = models.TextField(blank=True)
    withdrawn_measures = models.TextField(blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["notice", "number"], name="one_notice_edition_per_number")]

    @property
    def kind_label(self) -> str:
        """What the edition does, in the reader's language."""
        return str(EDITION_LABELS[EditionKind(self.kind)])

    @property
    def category_label(self) -> str:
        """The kind of event, in the reader's language."""
        return str(CATEGORY_LABELS[Category(self.category)])

    @property
    def level_words(self) -> str:
        """The level in all the words that are printed on warnings."""
        return level_words(self.level)


_NUMBERS = {"RED": ("一级", "level 1"), "ORANGE": ("二级", "level 2"), "YELLOW": ("三级", "level 3"), "BLUE": ("四级", "level 4")}


def level_words(value: str) -> str:
    """Return a level in the words of the law and, after them, the older ones of severity."""
    language, level = get_language() or "zh-hans", WarningLevel(value)
    chinese, english = _NUMBERS[value]
    number = localise({"zh-Hans": chinese, "en": english}, language)
    return f"{localise(WARNING_LEVEL_LABELS[level], language)} · {number} · {localise(WARNING_SEVERITY_LABELS[level], language)}"
