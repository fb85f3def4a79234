"""Stories: what the analysis found, and how far it has read."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from .bursts.models import Burst, BurstState, StreamHour
from .matters.models import StoryLink, StoryPortrait
from .watches.rules import WATCH_STATE_LABELS, WatchState

__all__ = [
    "AnalysisSnapshot",
    "AnalysisState",
    "Burst",
    "BurstState",
    "Story",
    "StoryBucket",
    "StoryDigest",
    "StoryLink",
    "StoryMerge",
    "StoryMood",
    "StoryPortrait",
    "StoryPost",
    "StreamHour",
    "Watch",
    "WatchHour",
    "WatchMatch",
]


class Story(models.Model):
    """One matter people talk about. ``id`` is the number of its first post, given by the analysis.

    Figures are totals since the first post. ``posts`` counts every post, ``copies`` those of them that repeat another text.
    ``matter`` is the main story of the matter it belongs to, None where it is the main one itself.
    """

    id = models.BigIntegerField(primary_key=True)
    title = models.CharField(max_length=120)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)
    posts = models.BigIntegerField()
    copies = models.BigIntegerField()
    authors = models.BigIntegerField()
    sources = models.BigIntegerField()
    questions = models.BigIntegerField()
    media_tier_max = models.SmallIntegerField()
    medoid_seq = models.BigIntegerField()
    language = models.CharField(max_length=12, blank=True)
    stream = models.CharField(max_length=10)
    exercise = models.BooleanField(default=False)
    merged_into = models.BigIntegerField(null=True, db_index=True)
    matter = models.BigIntegerField(null=True, db_index=True)

    class Meta:
        indexes = [models.Index(fields=["exercise", "-last_at"], name="story_exercise_last")]

    def __str__(self) -> str:
        return self.title

    @property
    def texts(self) -> int:
        """Return how many texts differ from each other."""
        return self.posts - self.copies


class StoryBucket(models.Model):
    """What five minutes added to a story."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="buckets")
    start = models.DateTimeField(db_index=True)
    posts = models.IntegerField()
    questions = models.IntegerField()
    new_authors = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["story", "start"], name="one_bucket_per_story_and_time")]


class StoryPost(models.Model):
    """Which story a post belongs to, which text it repeats, and whether its text is counted in the mood of the story."""

    post = models.OneToOneField("sources.Post", primary_key=True, on_delete=models.CASCADE, related_name="+")
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="members", db_index=False)
    at = models.DateTimeField()
    copy_of = models.BigIntegerField(null=True)
    in_mood = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes = [models.Index(fields=["story", "at"], name="story_post_at")]


class StoryMerge(models.Model):
    """Two stories turned out to be one: which, when, by which text and why. The figures of ``former`` stay as they were then."""

    former = models.OneToOneField(Story, on_delete=models.CASCADE, related_name="merge")
    into = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="merged")
    tick = models.BigIntegerField()
    at = models.DateTimeField()
    seq = models.BigIntegerField()
    reason = models.CharField(max_length=20)
    verdict = models.IntegerField()
    posts = models.BigIntegerField()


class AnalysisState(models.Model):
    """How far a stream is analysed.

    ``chain`` names the exact ticks read so far; the snapshot may be older than ``tick``: the ticks between are read again.
    """

    stream = models.CharField(max_length=10)
    shard = models.IntegerField(default=0)
    tick = models.BigIntegerField(default=0)
    chain = models.CharField(max_length=32, blank=True)
    posts = models.BigIntegerField(default=0)
    snapshot_tick = models.BigIntegerField(default=0)
    snapshot_posts = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "shard"], name="one_state_per_stream_and_shard")]

    @property
    def state(self) -> bytes | None:
        """Return the snapshot to go on from, None where there is none."""
        data = AnalysisSnapshot.objects.filter(position_id=self.pk).values_list("state", flat=True).first()
        return None if data is None else bytes(data)


class AnalysisSnapshot(models.Model):
    """The fold's memory in bytes: a row of its own, because a database writes a whole row again when the position beside it moves."""

    position = models.OneToOneField(AnalysisState, primary_key=True, on_delete=models.CASCADE, related_name="snapshot")
    state = models.BinaryField()


class Watch(models.Model):
    """A saved search about a matter: every new post is matched against it in the transaction of its tick."""

    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1000)
    channel = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=12, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=[(s.value, WATCH_STATE_LABELS[s]) for s in WatchState], default=WatchState.ACTIVE.value)
    is_told = models.BooleanField(default=False)
    notice_hours = models.PositiveSmallIntegerField(default=6)
    waiting = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    exercise = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "exercise"], name="one_watch_per_name")]

    def __str__(self) -> str:
        return self.name


class WatchHour(models.Model):
    """How many posts published in one hour a watch matched; kept when the posts are purged."""

    watch = models.ForeignKey(Watch, on_delete=models.CASCADE, related_name="hours")
    start = models.DateTimeField()
    posts = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["watch", "start"], name="one_row_per_watch_hour")]


class WatchMatch(models.Model):
    """One post that a watch matched; it goes with the post."""

    watch = models.ForeignKey(Watch, on_delete=models.CASCADE, related_name="matches", db_index=False)
    post = models.ForeignKey("sources.Post", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["watch", "post"], name="one_match_per_watch_and_post")]


class StoryDigest(models.Model):
    """What the public asks and says about a story, read from at most some hundred of its texts; made anew as it grows.

    ``data`` are the plain values of ``core.analysis.digest``; it quotes posts from ``first_seq`` to ``last_seq`` and goes with them.
    """

    story = models.OneToOneField(Story, primary_key=True, on_delete=models.CASCADE, related_name="digest")
    made_at = models.DateTimeField()
    posts = models.BigIntegerField()
    first_seq = models.BigIntegerField()
    last_seq = models.BigIntegerField()
    data = models.JSONField()


class StoryMood(models.Model):
    """The mood of the texts of one hour of a story: how many were read, and thousandths of a text per feeling; of no author.

    ``voices`` are the authors of these texts; below five nothing of the hour is shown. ``last_seq`` is the newest post counted.
    """

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="moods")
    start = models.DateTimeField(db_index=True)
    version = models.CharField(max_length=120)
    last_seq = models.BigIntegerField()
    voices = models.IntegerField()
    texts = models.IntegerField()
    positive = models.BigIntegerField()
    happy = models.BigIntegerField()
    angry = models.BigIntegerField()
    sad = models.BigIntegerField()
    fear = models.BigIntegerField()
    surprise = models.BigIntegerField()
    neutral = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["story", "start"], name="one_mood_per_story_and_hour")]
