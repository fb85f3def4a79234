"""Every page keeps its number of queries, however much is on it (all budgets in one table)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from tests.respond.statements.conftest import Desk

from huiying.base.accounts.models import Organisation, Person, RoleGrant
from huiying.base.accounts.rules import Role
from huiying.base.accounts.services import actor_of
from huiying.base.jobs.models import Job
from huiying.base.notify.services import notify
from huiying.base.rosters.models import Shift
from huiying.base.sharing.services import comment_add, file_add
from huiying.base.tasks.services import order_issue, subtask_create, task_create, task_wait_for
from huiying.core.collectors.records import Record, Unreadable
from huiying.learn.reviews.services import action_create, finding_add
from huiying.listen.sources.models import Source
from huiying.listen.sources.services import intake, report_file
from huiying.listen.stories.models import Story, StoryBucket
from huiying.listen.warnings.models import Warning
from huiying.listen.warnings.services import stories_evaluate
from huiying.respond.incidents import services as incidents
from huiying.respond.incidents.models import Incident
from huiying.respond.incidents.services.judging import Judgement
from huiying.respond.plans.models import PlanVersion
from huiying.respond.plans.services import load_builtin_plans, plan_activate
from huiying.respond.statements.services import fact_withdraw

pytestmark = pytest.mark.django_db

#: address -> the most queries it may take; {incident} and the like are filled with what the world below holds.
BUDGETS: dict[str, int] = {
    "/": 10,
    "/wall/": 10,
    "/incidents/": 8,
    "/incidents/?state=all&page=2": 8,
    "/incidents/?state=closed": 8,
    "/incidents/{incident}/": 12,
    "/incidents/{resolved}/": 12,
    "/incidents/{graded}/": 12,
    "/incidents/{incident}/timeline/": 8,
    "/incidents/{incident}/report/": 12,
    "/incidents/{incident}/reports/": 8,
    "/incidents/{incident}/reports/1/": 8,
    "/incidents/{incident}/assessments/": 8,
    "/incidents/{incident}/people/": 12,
    "/incidents/{incident}/consultations/": 8,
    "/incidents/{incident}/told/": 8,
    "/incidents/experts/": 8,
    "/incidents/grades/": 8,
    "/incidents/{incident}/move/?to=stabilising": 12,
    "/sources/search/?q=自来水": 4,
    "/sources/": 8,
    "/sources/quarantine/": 8,
    "/sources/report/": 8,
    "/stories/": 8,
    "/stories/?scope=all&q=自来水": 8,
    "/stories/louder/": 8,
    "/stories/{story}/": 12,
    "/warnings/": 8,
    "/warnings/?show=all": 8,
    "/warnings/{warning}/": 12,
    "/warnings/rules/": 8,
    "/warnings/notices/": 8,
    "/warnings/notices/?show=all": 8,
    "/plans/": 8,
    "/statements/": 8,
    "/statements/?state=all": 8,
    "/tasks/?show=open": 8,
    "/tasks/?show=all&page=2": 8,
    "/tasks/?show=groups": 8,
    "/tasks/?show=open&group=logistics_group&kind=order": 8,
    "/tasks/board/": 8,
    "/tasks/board/?show=groups": 8,
    "/tasks/departments/": 8,
    "/tasks/{task}/": 12,
    "/clocks/": 8,
    "/clocks/?show=all": 8,
    "/rosters/": 8,
    "/rosters/month/": 8,
    "/rosters/rotations/": 8,
    "/escalation/": 8,
    "/escalation/preflight/": 8,
    "/people/": 8,
    "/messages/": 8,
    "/messages/outbox/": 8,
    "/jobs/": 8,
    "/audit/": 8,
    "/reviews/": 8,
    "/reviews/actions/": 8,
}
#: The same for somebody who never signed in.
PUBLIC_BUDGETS: dict[str, int] = {
    "/public/": 2,
    "/public/matters/{matter}/": 2,
    "/public/statements/{correction}/": 2,
    "/public/statements/{corrected}/": 2,
    "/public/statements/{corrected}/text.json": 2,
    "/public/statements/{corrected}/schema.json": 2,
    "/public/feed.atom": 2,
    "/public/feed.json": 2,
    "/public/policy/": 2,
    "/public/ask/": 2,
    "/people/sign-in/": 0,
}
MOVE_BUDGET = 12


class World:
    """A house at work: one incident with everything on it, and as many rows in every list as asked for."""

    def __init__(self, cast: Any, now: datetime) -> None:
        self.cast, self.now, self.desk, self.rows = cast, now, Desk(cast, now), 0
        self.chief = Person.objects.create(username="chief", display_name="Chief", language="en")
        RoleGrant.objects.bulk_create([RoleGrant(person=self.chief, role=role.value) for role in Role])
        Organisation.objects.create(name_zh="水务局", name_en="Water board", type="government_department")
        self.plan = next(plan for plan in load_builtin_plans(now=now) if plan.key == "public_service_opinion")
        self.incident, self.resolved, self.graded = (self.matter(number) for number in (1, 2, 3))
        for incident in (self.incident, self.resolved):
            self.activate(incident)
        self.fill(self.incident, 3)
        self.corrected = self.desk.release(self.incident)
        self.correction = self.desk.corrected(self.corrected)
        self.end(self.resolved)
        self.report = report_file(actor=cast.actor("officer"), now=now, facts="水黄", origin="群", reaction="急")
        self.feed = self.source(0)
        due_at, subject = now + timedelta(hours=3), ("incident", self.incident.pk)
        self.task = order_issue(
            actor=cast.actor("commander"), now=now, subject=subject, title="Water", group="logistics_group", due_at=due_at, exercise=False
        )

    def matter(self, number: int) -> Incident:
        """Open an incident about two stories, and grade it."""
        for story in (10_000 + number, 20_000 + number):
            self.story(story)
        given: dict[str, Any] = {"crisis_at": self.now - timedelta(minutes=30), "crisis_evidence": "First call"}
        incident = incidents.incident_open(
            actor=self.cast.actor("analyst"), now=self.now, title="自来水发黄", story_ids=[10_000 + number, 20_000 + number], **given
        )
        common: dict[str, Any] = {"now": self.now, "incident_id": incident.pk}
        incidents.incident_confirm(actor=self.cast.actor("analyst"), basis="owner_word", evidence="Said so", checks=["origin"], **common)
        judged = Judgement(nature="social", cause="event", scope="Two districts", trend="rising", risk="medium", evidence="40 posts")
        incidents.incident_assess(actor=self.cast.actor("analyst"), judgement=judged, **common)
        incidents.incident_grade(actor=self.cast.actor("commander"), grade="II_MAJOR", reason="No clean water", **common)
        return incident

    def activate(self, incident: Incident) -> None:
        """Name the command and put the plan into force."""
        commander, common = self.cast.actor("commander"), {"now": self.now, "incident_id": incident.pk}
        incidents.incident_command_set(actor=commander, commander_id=self.cast.commander.pk, deputy_id=self.cast.analyst.pk, **common)
        plan_activate(actor=commander, plan_version_id=self.plan.pk, response_level="L2", **common)

    def fill(self, incident: Incident, rows: int) -> None:
        """Put more of everything into an incident room."""
        commander, subject = self.cast.actor("commander"), ("incident", incident.pk)
        common: dict[str, Any] = {"actor": commander, "now": self.now}
        for number in range(rows):
            incidents.log_decision(incident_id=incident.pk, text=f"Decided {number}", reason="Because", **common)
            incidents.duty_report_file(incident_id=incident.pk, kind="upward", recipient="Mayor", text="Water", **common)
            comment_add(subject=subject, text=f"Next shift {number}", exercise=False, **common)
            file_add(subject=subject, name=f"lab-{self.rows}-{number}.txt", content=b"pH 7", exercise=False, **common)
            withdrawn = self.desk.fact(incident)
            self.desk.draft(incident, withdrawn)
            fact_withdraw(actor=self.cast.actor("officer"), now=self.now, fact_id=withdrawn.pk, reason="Wrong meter")
            self.desk.draft(incident, self.desk.fact(incident))

    def end(self, incident: Incident) -> None:
        """Walk an incident to resolved; its review opens."""
        for state in ("stabilising", "resolved"):
            incidents.incident_move(
                actor=self.cast.actor("commander"), now=self.now, incident_id=incident.pk, to=state, override=True, reason="Calm enough"
            )

    def story(self, number: int) -> Story:
        """Make a story whose posts came in the last ten minutes."""
        story = Story.objects.create(
            id=number, title=f"自来水发黄 {number}", first_at=self.now - timedelta(minutes=10), last_at=self.now, posts=70, copies=0,
            authors=30, sources=3, questions=4, media_tier_max=0, medoid_seq=number, language="zh", stream="live",
        )  # fmt: skip
        StoryBucket.objects.create(story=story, start=self.now - timedelta(minutes=10), posts=70, questions=4, new_authors=30)
        return story

    def grow(self, rows: int) -> None:
        """Put more rows into every list."""
        start, self.rows = self.rows, self.rows + rows
        for number in range(start + 1, self.rows + 1):
            stories_evaluate(story_ids=[self.story(number).pk], now=self.now)
            incidents.incident_open(
                actor=self.cast.actor("analyst"), now=self.now, title=f"Matter {number}", crisis_at=self.now, crisis_evidence="Call"
            )
            self.add_rows(number)
        self.fill(self.incident, rows)
        self.desk.release(self.incident)

    def add_rows(self, number: int) -> None:
        """Put one more row into the lists that need no story."""
        chief, now, text = actor_of(self.chief), self.now, {"zh-Hans": "任务", "en": "Task"}
        person = Person.objects.create(username=f"p{number}", display_name=f"Person {number}")
        RoleGrant.objects.create(person=person, role="writer")
        Shift.objects.create(person=person, role="writer", starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=7))
        self.source(number)
        intake(source=self.feed, records=[self.post(number), Unreadable("x", f"line {number}", "{no")], now=now)
        task_create(
            actor=chief, now=now, subject=("incident", self.incident.pk), title=text, owner_id=person.pk, owner_role=None, group=None,
            due_at=now + timedelta(hours=1), exercise=False,
        )  # fmt: skip
        part = subtask_create(actor=chief, now=now, parent_id=self.task.pk, title=text, owner_id=person.pk)
        task_wait_for(actor=chief, now=now, task_id=self.task.pk, other_id=part.pk)
        comment_add(actor=chief, now=now, subject=("task", self.task.pk), text="Look", exercise=False)
        notify(now=now, person_ids=[self.chief.pk], text="Look", url="/", key=f"k{number}", exercise=False)
        Job.objects.create(name="x", payload={}, run_at=now, state="dead", created_at=now, finished_at=now)
        PlanVersion.objects.create(key=f"own{number}", version="1", title=text, source="", digest="", created_at=now)
        review = self.resolved_review()
        finding = finding_add(actor=chief, now=now, review_id=review, kind="shortfall", text=f"Finding {number}", evidence="The log")
        action_create(actor=chief, now=now, finding_id=finding.pk, title=f"Do {number}", owner_id=person.pk, due_at=now + timedelta(days=9))

    def source(self, number: int) -> Source:
        """Make a feed that is watched."""
        address = f"https://f{number}.example/"
        return Source.objects.create(
            name=f"Feed {number}", connector="feed", url=address, fingerprint=f"f{number}", channel="news", created_at=self.now
        )

    def post(self, number: int) -> Record:
        """Return a post that the search finds."""
        return Record(item_id=f"p{number}", published_at=self.now, title="", text=f"自来水发黄 {number}", place=f"item {number}")

    def resolved_review(self) -> int:
        """Return the review that opened with the resolved incident."""
        from huiying.learn.reviews.selectors import review_of_incident

        review = review_of_incident(self.resolved.pk)
        assert review is not None
        return review.pk

    def address(self, pattern: str) -> str:
        """Fill an address with what there is."""
        return pattern.format(
            incident=self.incident.pk,
            resolved=self.resolved.pk,
            graded=self.graded.pk,
            story=10_001,
            task=self.task.pk,
            warning=Warning.objects.order_by("pk").values_list("pk", flat=True).first(),
            matter=self.corrected.number,
            corrected=self.corrected.number,
            correction=self.correction.number,
        )


@pytest.fixture
def world(cast: Any, tmp_path: Path, settings: Any) -> Iterator[World]:
    """Return the house, speaking English; its files go to a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path
    with translation.override("en"):
        yield World(cast, timezone.now().replace(microsecond=0))


@pytest.fixture
def chief(world: World) -> Client:
    """Return a client of somebody who may see everything."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.chief, backend="django.contrib.auth.backends.ModelBackend")
    return client


def asked(act: Callable[[], Any], status: int = 200) -> list[str]:
    """Return the queries of one request; savepoints are no queries."""
    with CaptureQueriesContext(connection) as seen:
        response = act()
    assert response.status_code == status, response.content.decode()
    return [each["sql"] for each in seen if not each["sql"].startswith(("SAVEPOINT", "RELEASE SAVEPOINT"))]


def forget() -> None:
    """Make the process cold: forget what functions have remembered, and what is known about the database."""
    for module in [each for name, each in sys.modules.items() if name.startswith("huiying.")]:
        for thing in list(vars(module).values()):
            if hasattr(thing, "cache_clear"):
                thing.cache_clear()
    for name in [each for each in vars(connection.features) if each != "connection"]:
        delattr(connection.features, name)


def over(world: World, client: Client, budgets: dict[str, int]) -> list[str]:
    """Return what is over its budget, or grew with the rows, or differs between a cold and a warm process."""
    counts: dict[str, list[int]] = {pattern: [] for pattern in budgets}
    for rows in (5, 10):
        world.grow(rows)
        for pattern in budgets:
            address = world.address(pattern)
            forget()
            counts[pattern] += [len(asked(partial(client.get, address))) for _cold_then_warm in range(2)]
    return [f"{pattern}: {numbers}" for pattern, numbers in counts.items() if max(numbers) > budgets[pattern] or len(set(numbers)) > 1]


def test_every_page_keeps_its_budget_whatever_is_on_it(world: World, chief: Client) -> None:
    assert not (found := over(world, chief, BUDGETS)), "\n".join(found)


def test_the_public_site_keeps_its_budget(world: World) -> None:
    assert not (found := over(world, Client(headers={"accept-language": "en"}), PUBLIC_BUDGETS)), "\n".join(found)


def test_a_move_keeps_its_budget(world: World, chief: Client) -> None:
    counts = []
    for rows in (5, 10):
        world.fill(world.incident, rows)
        form = {"to": "stabilising", "override": "on", "reason": "Calm enough"}
        counts.append(asked(partial(chief.post, reverse("incidents:move", args=[world.incident.pk]), form), 302))
        incidents.incident_move(
            actor=world.cast.actor("commander"), now=world.now, incident_id=world.incident.pk, to="responding", reason="It rose again"
        )
    assert [len(each) for each in counts] == [len(counts[0])] * 2 and len(counts[0]) <= MOVE_BUDGET, "\n".join(counts[0])
