"""What a story looked like when it was last compared, and the links that were made, withdrawn or ruled out."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from huiying.core.analysis.links import Reason

from .rules import REASON_LABELS, LinkState


class StoryPortrait(models.Model):
    """The local names and known places of a story, and what it means, as of ``posts`` posts; made anew as it grows.

    ``seqs`` are the texts that ``meaning`` is read from, which happens only when another story may be the same matter.
    """

    story = models.OneToOneField("stories.Story", primary_key=True, on_delete=models.CASCADE, related_name="portrait")
    posts = models.BigIntegerField()
    is_chinese = models.BooleanField()
    names = models.JSONField()
    places = models.JSONField()
    seqs = models.JSONField()
    meaning = models.BinaryField(null=True)


class StoryLink(models.Model):
    """A story was found to be of the matter of another: when, why, how sure; and whether that still holds.

    ``at`` and ``ended_at`` are moments of the program's clock, ``tick`` is the tick of the log that brought it about, none where a
    person did. A row of a person holds: what was joined is not withdrawn, what was ruled out is not linked again.
    """

    story = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="links")
    main = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="linked")
    state = models.CharField(max_length=10, default=LinkState.LINKED.value)
    reason = models.CharField(max_length=10, choices=[(reason.value, REASON_LABELS[reason]) for reason in Reason])
    nearness = models.FloatField(null=True)
    names = models.JSONField(default=list)
    tick = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["story"], condition=models.Q(state=LinkState.LINKED.value), name="one_standing_link_per_story")
        ]

    @property
    def reason_label(self) -> str:
        """Return why, in the reader's language."""
        return str(REASON_LABELS[Reason(self.reason)])
