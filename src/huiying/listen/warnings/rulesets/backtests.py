"""Back-tests: ask for one, replay some matters at a time, add up what was found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any  # plain JSON

from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.jobs.services import enqueue
from huiying.base.ui.errors import BadInput, NotNow, NotYou
from huiying.core.grading.warning_rules import read_warning_rules
from huiying.listen.stories import selectors as stories

from ..truths import truths_of
from .measures import Alarm, Truth, by_day, measure
from .models import BackTest
from .replay import Course, Raised, Slice, replay
from .rules import DAYS_LEAST, DAYS_MOST, DAYS_USUAL, RIGHT, RuleState, TestState
from .selectors import rules_in_force, ruleset, text_in_force

#: matters replayed by one run of the job: well below the minute after which a job counts as lost.
MATTERS_AT_ONCE = 100
#: A result names at most so many matters that only one of the rules warns about.
NAMED_MOST = 60
DAY = timedelta(days=1)


@transaction.atomic
def backtest_ask(*, actor: Actor, now: datetime, ruleset_id: int, days: int = DAYS_USUAL) -> BackTest:
    """Have the past days replayed under the rules in force and under a draft; one runs at a time for one text."""
    require(actor, RIGHT)
    if actor.id is None:
        raise NotYou(_("Only a person asks for a back-test."))
    if not DAYS_LEAST <= days <= DAYS_MOST:
        raise BadInput(_("A back-test looks back %(least)s to %(most)s days.") % {"least": DAYS_LEAST, "most": DAYS_MOST})
    found = ruleset(ruleset_id)
    if found.state != RuleState.DRAFT:
        raise NotNow(_("Only a draft is tested; “%(rules)s” is “%(state)s”.") % {"rules": found, "state": found.state_label})
    running = BackTest.objects.filter(ruleset=found, digest=found.digest, state=TestState.RUNNING).first()
    if running is not None:
        return running
    since, against = now - days * DAY, rules_in_force()
    test = BackTest(
        ruleset=found, digest=found.digest, text=found.text, against=f"{against.key} {against.version}", against_text=text_in_force(),
        days=days, since=since, until=now, matters=_matters(since, now), asked_by_id=actor.id, asked_at=now,
    )  # fmt: skip
    test.total = len(test.matters)
    test.save()
    record(actor=actor, verb="ruleset.test", subject=("ruleset", found.pk), now=now, detail={"digest": found.digest, "days": days})
    _go_on(test, now)
    return test


def _matters(since: datetime, until: datetime) -> list[int]:
    """Return the matters of the live stream that were talked about in a span, by the number of their main story."""
    rows = stories.stories_list(now=until, scope="all").filter(exercise=False, last_at__gt=since, first_at__lte=until)
    return sorted({main or id for id, main in rows.values_list("pk", "matter")})


def _go_on(test: BackTest, now: datetime) -> None:
    enqueue(name="warnings.backtest", payload={"test": test.pk}, key=f"backtest:{test.pk}:{len(test.matters)}", run_at=now, now=now)


@transaction.atomic
def backtest_step(*, test_id: int, now: datetime) -> BackTest | None:
    """Replay the next matters of a test and ask for the next step, or add everything up."""
    test = BackTest.objects.select_for_update().filter(pk=test_id, state=TestState.RUNNING).first()
    if test is None:
        return None
    rules = [read_warning_rules(text, "rules.yaml") for text in (test.against_text, test.text)]
    part, test.matters = test.matters[:MATTERS_AT_ONCE], test.matters[MATTERS_AT_ONCE:]
    least = min(each.least_posts for each in rules)
    for matter, course in courses(part, test.since, test.until, least).items():
        old, new = (replay(course, each, test.since) for each in rules)
        if old or new:
            test.found.append([matter, _plain(old), _plain(new)])
    if test.matters:
        test.save(update_fields=["matters", "found"])
        _go_on(test, now)
        return test
    test.result = _result(test)
    BackTest.objects.filter(pk=test.pk, state=TestState.RUNNING).update(
        state=TestState.DONE, matters=[], found=[], result=test.result, finished_at=now
    )
    test.refresh_from_db()
    return test


def courses(matters: Sequence[int], since: datetime, until: datetime, least_posts: float) -> dict[int, Course]:
    """Return the past of matters that ever had enough posts, a day before the span included."""
    ids = set(matters)
    rows = stories.stories_list(now=until, scope="all")
    members = [*rows.filter(pk__in=ids, matter=None), *rows.filter(matter__in=ids)]
    groups: dict[int, list[Any]] = defaultdict(list)
    for story in members:
        groups[story.matter or story.pk].append(story)
    groups = {main: group for main, group in groups.items() if sum(each.posts for each in group) >= least_posts}
    main_of = {each.pk: main for main, group in groups.items() for each in group}
    slices = _slices(main_of, since - DAY, until)
    first = _sources(main_of)
    return {
        main: Course(min(each.first_at for each in group), any(each.authors for each in group), slices[main], sorted(first[main].values()))
        for main, group in groups.items()
        if main in slices
    }


def _slices(main_of: Mapping[int, int], since: datetime, until: datetime) -> dict[int, list[Slice]]:
    sums: dict[int, dict[datetime, list[int]]] = defaultdict(dict)
    for id, buckets in stories.series_of_many(main_of, since).items():
        for bucket in buckets:
            if bucket.start < until:
                row = sums[main_of[id]].setdefault(bucket.start, [0, 0, 0])
                row[0], row[1], row[2] = row[0] + bucket.posts, row[1] + bucket.questions, row[2] + bucket.new_authors
    return {main: [Slice(start, *row) for start, row in sorted(found.items())] for main, found in sums.items()}


def _sources(main_of: Mapping[int, int]) -> dict[int, dict[int, tuple[datetime, int]]]:
    """Return when each source that still has posts first spoke about a matter, and its media tier then."""
    first: dict[int, dict[int, tuple[datetime, int]]] = defaultdict(dict)
    rows = stories.stories_list(now=timezone.now(), scope="all").filter(pk__in=list(main_of), members__isnull=False).order_by()
    seen = rows.values_list("pk", "members__post__source", "members__post__media_tier").annotate(at=Min("members__at"))
    for id, source, tier, at in seen:
        known = first[main_of[id]].get(source)
        if known is None or at < known[0]:
            first[main_of[id]][source] = (at, tier)
    return first


def _plain(alarms: Iterable[Raised]) -> list[list[str]]:
    return [[alarm.at.isoformat(), alarm.level.value] for alarm in alarms]


def _result(test: BackTest) -> dict[str, Any]:
    old, new = ([Alarm(row[0], datetime.fromisoformat(at), level) for row in test.found for at, level in row[side]] for side in (1, 2))
    truths: list[Truth] = truths_of(test.since, test.until)
    days = [(timezone.localtime(test.since) + number * DAY).date().isoformat() for number in range(test.days + 1)]
    counts = [by_day(alarms, days, lambda at: timezone.localtime(at).date().isoformat()) for alarms in (old, new)]
    return {
        "old": measure(old, truths),
        "new": measure(new, truths),
        "days": [list(row) for row in zip(days, *counts, strict=True)],
        "only_old": _only(old, new),
        "only_new": _only(new, old),
    }


def _only(these: Sequence[Alarm], those: Iterable[Alarm]) -> list[list[Any]]:
    """Name the matters that only one of the rules warns about, the highest level first."""
    others = {alarm.matter for alarm in those}
    alone = [alarm for alarm in these if alarm.matter not in others]
    titles = {id: story.title for id, story in stories.stories_of([alarm.matter for alarm in alone]).items()}
    order = ("RED", "ORANGE", "YELLOW", "BLUE")
    rows = [[alarm.matter, titles.get(alarm.matter, ""), alarm.level, alarm.at.isoformat()] for alarm in alone]
    return sorted(rows, key=lambda row: (order.index(row[2]), row[3]))[:NAMED_MOST]
