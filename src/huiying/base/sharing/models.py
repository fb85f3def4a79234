"""Files and comments that hang on anything, by kind and id."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from .rules import split_at


class SharedFile(models.Model):
    """One kept file; the bytes lie in the state folder under their own SHA-256."""

    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    name = models.CharField(max_length=150)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    media_type = models.CharField(max_length=100)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    exercise = models.BooleanField(default=False)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["subject_kind", "subject_id", "at"], name="file_subject")]


class Comment(models.Model):
    """A remark; never edited, an error is answered by the next remark."""

    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    text = models.TextField()
    mentions = models.JSONField(default=list)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    exercise = models.BooleanField(default=False)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["subject_kind", "subject_id", "at"], name="comment_subject")]

    @property
    def parts(self) -> list[tuple[str, bool]]:
        """The text in pieces, each with whether it calls somebody."""
        return split_at(self.text, [(start, end) for start, end, *_people in self.mentions])
