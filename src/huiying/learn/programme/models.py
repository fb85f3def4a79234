"""What the programme wants, when its people meet, and what may go wrong."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.functional import Promise

from huiying.base.accounts.rules import GROUP_LABELS

from .rules import (
    DIRECTION_LABELS,
    EVERY_LABELS,
    LEVEL_LABELS,
    LEVEL_RANKS,
    LEVEL_TONES,
    MEETING_LABELS,
    MEETING_TONES,
    OBJECTIVE_LABELS,
    OBJECTIVE_MOVE_LABELS,
    OBJECTIVE_MOVES,
    OBJECTIVE_TONES,
    RISK_MOVE_LABELS,
    RISK_MOVES,
    RISK_STATE_LABELS,
    RISK_STATE_TONES,
    STEPS,
    THEME_LABELS,
    Aim,
    Direction,
    Level,
    MeetingState,
    ObjectiveState,
    RiskState,
    level_of,
    number_words,
)

PERSON = settings.AUTH_USER_MODEL
Move = dict[str, str | Promise]


class Objective(models.Model):
    """Something the organisation wants to reach: a measure with a target and a date."""

    title = models.CharField(max_length=200)
    theme = models.CharField(max_length=20, choices=list(THEME_LABELS.items()))
    measure = models.CharField(max_length=300)
    unit = models.CharField(max_length=40)
    baseline = models.FloatField(null=True)
    target = models.FloatField()
    direction = models.CharField(max_length=10, choices=list(DIRECTION_LABELS.items()))
    starts_at = models.DateTimeField()
    due_at = models.DateTimeField()
    owner = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="objectives")
    every = models.CharField(max_length=10, choices=list(EVERY_LABELS.items()))
    state = models.CharField(max_length=14, choices=list(OBJECTIVE_LABELS.items()), default=ObjectiveState.ACTIVE.value)
    state_reason = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["due_at", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def aim(self) -> Aim:
        """The figures, for judging."""
        return Aim(self.baseline, self.target, Direction(self.direction), self.starts_at, self.due_at)

    @property
    def target_words(self) -> str:
        """The target with its direction and unit."""
        return f"{DIRECTION_LABELS[self.direction]} {number_words(self.target)} {self.unit}"

    @property
    def baseline_words(self) -> str:
        """Where it began, with the unit."""
        return "–" if self.baseline is None else f"{number_words(self.baseline)} {self.unit}"

    @property
    def state_label(self) -> str | Promise:
        """The state in words."""
        return OBJECTIVE_LABELS[self.state]

    @property
    def tone(self) -> str:
        """The chip's tone."""
        return OBJECTIVE_TONES[ObjectiveState(self.state)]

    @property
    def is_active(self) -> bool:
        """Whether it is still worked on."""
        return self.state == ObjectiveState.ACTIVE

    @property
    def moves(self) -> list[Move]:
        """The moves it can make now, with their words."""
        allowed = OBJECTIVE_MOVES[ObjectiveState(self.state)]
        return [{"to": state.value, "label": OBJECTIVE_MOVE_LABELS[state]} for state in ObjectiveState if state in allowed]


class Reading(models.Model):
    """One dated value of an objective's measure, with what shows it; never changed, a better one is added."""

    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="readings")
    at = models.DateTimeField()
    value = models.FloatField()
    evidence = models.CharField(max_length=500)
    by_name = models.CharField(max_length=150)
    noted_at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["objective", "at"], name="reading_objective_at")]

    @property
    def words(self) -> str:
        """The value in words."""
        return number_words(self.value)


class MeetingSeries(models.Model):
    """A group that meets in a rhythm; each time opens a clock that the minutes stop."""

    title = models.CharField(max_length=200)
    purpose = models.TextField(blank=True)
    group = models.CharField(max_length=40, choices=[(kind.value, label) for kind, label in GROUP_LABELS.items()])
    chair = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="chairs")
    place = models.CharField(max_length=200, blank=True)
    every = models.CharField(max_length=10, choices=list(EVERY_LABELS.items()))
    starts_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def every_label(self) -> str | Promise:
        """The rhythm in words."""
        return EVERY_LABELS[self.every]

    @property
    def group_label(self) -> str | Promise:
        """The group in words."""
        return {kind.value: label for kind, label in GROUP_LABELS.items()}[self.group]


class Meeting(models.Model):
    """One meeting: what is to be spoken of, what was said, what was decided."""

    series = models.ForeignKey(MeetingSeries, on_delete=models.PROTECT, related_name="meetings")
    scheduled_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=list(MEETING_LABELS.items()), default=MeetingState.PLANNED.value)
    agenda = models.TextField(blank=True)
    minutes = models.TextField(blank=True)
    held_at = models.DateTimeField(null=True)
    present = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    recorded_by_name = models.CharField(max_length=150, blank=True)
    recorded_at = models.DateTimeField(null=True)
    cancelled_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-scheduled_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["series", "scheduled_at"], name="one_meeting_per_time")]

    @property
    def state_label(self) -> str | Promise:
        """The state in words."""
        return MEETING_LABELS[self.state]

    @property
    def tone(self) -> str:
        """The chip's tone."""
        return MEETING_TONES[MeetingState(self.state)]


class Decision(models.Model):
    """One thing a meeting decided; the work it asks for is a task with an owner and a due time."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="decisions")
    number = models.PositiveIntegerField()
    text = models.CharField(max_length=200)
    task = models.OneToOneField("tasks.Task", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="decision_number_once")]


class Risk(models.Model):
    """Something that may go wrong: how likely, how bad, what is done about it and by whom."""

    title = models.CharField(max_length=200)
    consequence = models.TextField()
    likelihood = models.PositiveSmallIntegerField(null=True, choices=list(STEPS.items()))
    impact = models.PositiveSmallIntegerField(choices=list(STEPS.items()))
    level_rank = models.PositiveSmallIntegerField(default=1)
    measure = models.TextField()
    treat_by = models.DateTimeField(null=True)
    owner = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="risks")
    every = models.CharField(max_length=10, choices=list(EVERY_LABELS.items()))
    state = models.CharField(max_length=10, choices=list(RISK_STATE_LABELS.items()), default=RiskState.OPEN.value)
    state_reason = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-level_rank", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def level(self) -> Level:
        """How much it weighs now."""
        return level_of(self.likelihood, self.impact)

    def weigh(self) -> None:
        """Bring the sortable level in step with likelihood and impact."""
        self.level_rank = LEVEL_RANKS[self.level]

    @property
    def level_label(self) -> str | Promise:
        """The level in words."""
        return LEVEL_LABELS[self.level]

    @property
    def level_tone(self) -> str:
        """The level's tone."""
        return LEVEL_TONES[self.level]

    @property
    def every_label(self) -> str | Promise:
        """The rhythm of its reviews in words."""
        return EVERY_LABELS[self.every]

    @property
    def state_label(self) -> str | Promise:
        """The state in words."""
        return RISK_STATE_LABELS[self.state]

    @property
    def tone(self) -> str:
        """The state's tone."""
        return RISK_STATE_TONES[RiskState(self.state)]

    @property
    def is_closed(self) -> bool:
        """Whether it is no longer watched."""
        return self.state == RiskState.CLOSED

    @property
    def moves(self) -> list[Move]:
        """The moves it can make now, with their words."""
        allowed = RISK_MOVES[RiskState(self.state)]
        return [{"to": state.value, "label": RISK_MOVE_LABELS[state]} for state in RiskState if state in allowed]


class RiskReview(models.Model):
    """One look at a risk: what it weighed before and after, and why."""

    risk = models.ForeignKey(Risk, on_delete=models.CASCADE, related_name="reviews")
    at = models.DateTimeField()
    by_name = models.CharField(max_length=150)
    note = models.TextField()
    level_before = models.CharField(max_length=10, choices=list(LEVEL_LABELS.items()))
    level_after = models.CharField(max_length=10, choices=list(LEVEL_LABELS.items()))

    class Meta:
        ordering = ["-at", "-pk"]

    @property
    def before_label(self) -> str | Promise:
        """The level before in words."""
        return LEVEL_LABELS[self.level_before]

    @property
    def after_label(self) -> str | Promise:
        """The level after in words."""
        return LEVEL_LABELS[self.level_after]

    @property
    def after_tone(self) -> str:
        """The tone of the level after."""
        return LEVEL_TONES[Level(self.level_after)]

    @property
    def is_changed(self) -> bool:
        """Whether the look changed the level."""
        return self.level_before != self.level_after
