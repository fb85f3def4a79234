"""Whether we hear what there is to hear: a weekly sample judged by people, and a list from outside."""

from __future__ import annotations

from django.db import models

from .source import Source


class CalibrationRound(models.Model):
    """One week's sample of one stream of sources."""

    week = models.DateField(unique=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by_name = models.CharField(max_length=150, blank=True)


class CalibrationItem(models.Model):
    """One post of the sample, judged by a person; the post may be purged later, the judgement stays."""

    round = models.ForeignKey(CalibrationRound, on_delete=models.CASCADE, related_name="items")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    seq = models.BigIntegerField()
    stratum = models.PositiveSmallIntegerField()
    is_relevant = models.BooleanField(null=True)
    is_text_right = models.BooleanField(null=True)
    is_time_right = models.BooleanField(null=True)
    is_link_right = models.BooleanField(null=True)
    judged_at = models.DateTimeField(null=True)
    judged_by_name = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "seq"], name="one_judgement_per_post_and_round")]


class OutsideItem(models.Model):
    """Something said outside that should have been heard, and whether the archive holds it."""

    round = models.ForeignKey(CalibrationRound, on_delete=models.CASCADE, related_name="outside")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    url = models.TextField(blank=True)
    words = models.TextField(blank=True)
    published_on = models.DateField()
    seq = models.BigIntegerField(null=True)
    was_heard = models.BooleanField()
    added_at = models.DateTimeField()
    added_by_name = models.CharField(max_length=150)


class CalibrationStandard(models.Model):
    """The shares that monitoring must reach; the newest row is in force, older ones stay for the history."""

    in_force_from = models.DateTimeField(db_index=True)
    precision = models.FloatField()
    accuracy = models.FloatField()
    recall = models.FloatField()
    sample_per_source = models.PositiveSmallIntegerField()
    set_by_name = models.CharField(max_length=150)
