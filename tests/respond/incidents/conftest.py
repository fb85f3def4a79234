"""One matter, and a way to walk an incident to any state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from huiying.base.audit.rules import SYSTEM
from huiying.listen.stories.models import Story, StoryBucket
from huiying.listen.warnings.models import Warning
from huiying.respond.incidents import rules, services
from huiying.respond.incidents.models import Incident
from huiying.respond.incidents.rules import State
from huiying.respond.incidents.services.judging import Judgement


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Let services speak English, as the tests read their sentences."""
    with translation.override("en"):
        yield


PLAN = {"zh-Hans": "公共服务舆情预案", "en": "Public-service opinion plan"}


def judgement(**changes: Any) -> Judgement:
    """Return an assessment of the tap-water matter."""
    values: dict[str, Any] = {
        "nature": "social",
        "cause": "event",
        "scope": "Two districts",
        "trend": "rising",
        "risk": "medium",
        "evidence": "40 posts, 12 calls",
    }
    return Judgement(**{**values, **changes})


@pytest.fixture
def make_story(db: None, now: datetime) -> Callable[..., Story]:
    """Return a maker of stories whose posts began 30 minutes ago, ``posts`` in each 5-minute bucket."""

    def make(story_id: int = 7, *, exercise: bool = False, posts: int = 10, minutes: int = 30) -> Story:
        first = now - timedelta(minutes=minutes)
        count = minutes // 5
        story = Story.objects.create(
            id=story_id,
            title="Brown tap water in Hexi",
            first_at=first,
            last_at=now,
            posts=posts * count,
            copies=0,
            authors=3,
            sources=2,
            questions=4,
            media_tier_max=0,
            medoid_seq=story_id,
            language="zh",
            exercise=exercise,
            stream="exercise" if exercise else "live",
        )
        for index in range(count):
            StoryBucket.objects.create(story=story, start=first + timedelta(minutes=5 * index), posts=posts, questions=1, new_authors=1)
        return story

    return make


@pytest.fixture
def make_warning(now: datetime) -> Callable[..., Warning]:
    """Return a maker of orange warnings about a story, raised 5 minutes ago."""

    def make(story: Story, *, state: str = "proposed") -> Warning:
        return Warning.objects.create(
            story=story,
            state=state,
            level="ORANGE",
            level_rank=3,
            peak_level="ORANGE",
            rule_key="default",
            rule_version="1",
            issued_at=now - timedelta(minutes=5),
            evaluated_at=now,
            exercise=story.exercise,
        )

    return make


class Room:
    """An incident that can be walked to a state by its commander and analyst."""

    def __init__(self, cast: Any, now: datetime) -> None:
        self.cast, self.now = cast, now
        self.commander, self.analyst = cast.actor("commander"), cast.actor("analyst")

    def open(self, **values: Any) -> Incident:
        """Open an incident by hand."""
        given: dict[str, Any] = {"title": "Brown tap water", "crisis_at": self.now - timedelta(minutes=10), "crisis_evidence": "First call"}
        return services.incident_open(actor=self.analyst, now=self.now, **{**given, **values})

    def grade(self, incident: Incident, grade: str = "III_LARGER") -> None:
        """Confirm, assess and grade."""
        common: dict[str, Any] = {"now": self.now, "incident_id": incident.pk}
        services.incident_confirm(actor=self.analyst, basis="owner_word", evidence="Water works said so", checks=["origin"], **common)
        services.incident_assess(actor=self.analyst, judgement=judgement(), **common)
        services.incident_grade(actor=self.commander, grade=grade, reason="Two districts without clean water", **common)

    def activate(self, incident: Incident, grade: str = "III_LARGER") -> None:
        """Grade, name the command and put a plan into force."""
        self.grade(incident, grade)
        common: dict[str, Any] = {"now": self.now, "incident_id": incident.pk, "actor": self.commander}
        services.incident_command_set(commander_id=self.cast.commander.pk, deputy_id=self.cast.analyst.pk, **common)
        services.incident_activate(plan_version_id=3, plan_title=PLAN, response_level="L2", **common)

    def to(self, state: State, **values: Any) -> Incident:
        """Return a new incident in the state."""
        incident = self.open(**values)
        if state is State.DISMISSED:
            services.incident_move(actor=self.analyst, now=self.now, incident_id=incident.pk, to=state, reason="Nothing behind it")
        elif state is State.MERGED:
            services.incident_merge(
                actor=self.commander, now=self.now, incident_id=incident.pk, into_id=self.open().pk, reason="Same matter"
            )
        elif state is State.CONFIRMED:
            services.incident_confirm(
                actor=self.analyst, now=self.now, incident_id=incident.pk, basis="owner_word", evidence="Said so", checks=[]
            )
        elif state is State.GRADED:
            self.grade(incident)
        elif state is not State.SUSPECTED:
            self.activate(incident)
            self._on(incident, state)
        incident.refresh_from_db()
        return incident

    def _on(self, incident: Incident, state: State) -> None:
        way = [State.STABILISING, State.RESOLVED, State.REVIEWING, State.CLOSED]
        for step in way[: way.index(state) + 1] if state in way else []:
            if step is State.CLOSED:
                self.make_ready_to_close(incident)
            services.incident_move(
                actor=self.commander, now=self.now, incident_id=incident.pk, to=step, override=True, reason="Exercise of the way"
            )

    def make_ready_to_close(self, incident: Incident) -> None:
        """File the final report and destroy personal information."""
        services.duty_report_file(actor=self.analyst, now=self.now, incident_id=incident.pk, kind="final", recipient="Mayor", text="Over")
        services.incident_purge(actor=self.commander, now=self.now, incident_id=incident.pk)


@pytest.fixture
def room(cast: Any, now: datetime, reviewed: dict[str, str | None]) -> Room:
    """Return the walker, with a review room that agrees to everything."""
    return Room(cast, now)


@pytest.fixture
def reviewed(monkeypatch: pytest.MonkeyPatch) -> dict[str, str | None]:
    """Stand in for the review room above: name of a check -> the sentence that stops the move."""
    answers: dict[str, str | None] = {"review_opened": None, "review_approved": None}
    monkeypatch.setattr(rules, "_outside", {name: lambda _id, _now, name=name: answers[name] for name in answers})
    return answers


@pytest.fixture
def system() -> Any:
    """Return the system actor."""
    return SYSTEM
