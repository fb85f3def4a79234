"""Rules as versions: written, tested, approved by two, in force; nothing else judges."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.test import Client

from huiying.base.audit.selectors import verify
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou
from huiying.core.grading.warning_rules import shipped_text
from huiying.listen.stories.models import Story, StoryBucket
from huiying.listen.warnings.models import BackTest, RuleSet, Warning
from huiying.listen.warnings.rulesets import services
from huiying.listen.warnings.rulesets.backtests import MATTERS_AT_ONCE, backtest_ask, backtest_step
from huiying.listen.warnings.rulesets.preview import preview
from huiying.listen.warnings.rulesets.rules import RULE_MOVES, RuleState
from huiying.listen.warnings.rulesets.selectors import is_tested, line_worths, rules_in_force
from huiying.listen.warnings.services import stories_evaluate, warning_acknowledge, warning_dismiss, warning_judge, warning_mark_opened
from huiying.listen.warnings.truths import _readings, register_incidents

pytestmark = pytest.mark.django_db
Maker = Callable[..., Any]
OWN = (
    shipped_text().replace("key: warning_default_v1", "key: own").replace("posts_1h: 60, authors_24h: 25", "posts_1h: 45, authors_24h: 25")
)


@pytest.fixture
def draft(cast: Any, now: datetime) -> RuleSet:
    """Return a draft of the analyst."""
    return services.ruleset_save(actor=cast.actor("analyst"), now=now, text=OWN)


@pytest.fixture
def people(cast: Any) -> list[Any]:
    """Return two more people who judge warnings."""
    from huiying.base.accounts.models import Person, RoleGrant
    from huiying.base.accounts.services import actor_of

    found = []
    for name in ("second", "third"):
        person = Person.objects.create(username=name, display_name=name, language="en")
        RoleGrant.objects.create(person=person, role="analyst")
        found.append(actor_of(person))
    return found


def replayed(draft: RuleSet, cast: Any, now: datetime) -> BackTest:
    test = backtest_ask(actor=cast.actor("analyst"), now=now, ruleset_id=draft.pk)
    while backtest_step(test_id=test.pk, now=now):
        pass
    test.refresh_from_db()
    return test


def in_force(draft: RuleSet, cast: Any, now: datetime, people: list[Any]) -> RuleSet:
    replayed(draft, cast, now)
    services.ruleset_submit(actor=cast.actor("analyst"), now=now, ruleset_id=draft.pk)
    for actor in people:
        services.ruleset_approve(actor=actor, now=now, ruleset_id=draft.pk, digest=draft.digest)
    draft.refresh_from_db()
    return draft


def test_the_shipped_rules_are_in_force_from_the_start(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert (rules_in_force().key, rules_in_force.__name__) == ("warning_default_v1", "rules_in_force")


def test_review_needs_a_finished_test_of_that_very_text(draft: RuleSet, cast: Any, now: datetime) -> None:
    analyst = cast.actor("analyst")
    with pytest.raises(NotNow, match="no finished back-test"):
        services.ruleset_submit(actor=analyst, now=now, ruleset_id=draft.pk)
    replayed(draft, cast, now)
    changed = services.ruleset_save(actor=analyst, now=now, ruleset_id=draft.pk, text=OWN.replace("45", "46"))
    assert not is_tested(changed)
    with pytest.raises(NotNow, match="no finished back-test"):
        services.ruleset_submit(actor=analyst, now=now, ruleset_id=draft.pk)
    services.ruleset_save(actor=analyst, now=now, ruleset_id=draft.pk, text=OWN)  # as it was tested
    assert services.ruleset_submit(actor=analyst, now=now, ruleset_id=draft.pk).state == RuleState.IN_REVIEW


def test_two_others_put_it_in_force_and_it_judges(draft: RuleSet, cast: Any, now: datetime, people: list[Any], make_story: Maker) -> None:
    replayed(draft, cast, now)
    services.ruleset_submit(actor=cast.actor("analyst"), now=now, ruleset_id=draft.pk)
    with pytest.raises(NotYou, match="wrote"):
        services.ruleset_approve(actor=cast.actor("analyst"), now=now, ruleset_id=draft.pk, digest=draft.digest)
    with pytest.raises(NotNow, match="read it again"):
        services.ruleset_approve(actor=people[0], now=now, ruleset_id=draft.pk, digest="0" * 64)
    services.ruleset_approve(actor=people[0], now=now, ruleset_id=draft.pk, digest=draft.digest)
    with pytest.raises(NotNow, match="already"):
        services.ruleset_approve(actor=people[0], now=now, ruleset_id=draft.pk, digest=draft.digest)
    assert rules_in_force().key == "warning_default_v1"
    services.ruleset_approve(actor=people[1], now=now, ruleset_id=draft.pk, digest=draft.digest)
    assert rules_in_force().key == "own"
    story = make_story(posts=50, authors=30)
    stories_evaluate(story_ids=[story.pk], now=now)
    warning = Warning.objects.get()
    assert (warning.level, warning.rule_key) == ("ORANGE", "own")
    assert "ORANGE authors_24h>=25 posts_1h>=45" in warning.lines
    assert verify().broken_at is None


def test_the_next_rules_supersede_the_former_and_only_one_is_in_force(draft: RuleSet, cast: Any, now: datetime, people: list[Any]) -> None:
    in_force(draft, cast, now, people)
    text = OWN.replace('version: "1.0"', 'version: "1.1"')
    second = in_force(services.ruleset_save(actor=cast.actor("analyst"), now=now, text=text), cast, now, people)
    draft.refresh_from_db()
    assert (draft.state, second.state) == (RuleState.SUPERSEDED, RuleState.IN_FORCE)
    assert RuleSet.objects.filter(state=RuleState.IN_FORCE).count() == 1 and rules_in_force().version == "1.1"


def test_a_name_means_one_text(cast: Any, now: datetime, draft: RuleSet, people: list[Any]) -> None:
    in_force(draft, cast, now, people)
    for text in (OWN.replace("45", "44"), OWN.replace("key: own", "key: warning_default_v1")):
        other = services.ruleset_save(actor=cast.actor("analyst"), now=now, text=text)
        replayed(other, cast, now)
        with pytest.raises(NotNow, match="another version"):
            services.ruleset_submit(actor=cast.actor("analyst"), now=now, ruleset_id=other.pk)


def test_whoever_returns_rules_voids_their_approvals(draft: RuleSet, cast: Any, now: datetime, people: list[Any]) -> None:
    replayed(draft, cast, now)
    services.ruleset_submit(actor=cast.actor("analyst"), now=now, ruleset_id=draft.pk)
    services.ruleset_approve(actor=people[0], now=now, ruleset_id=draft.pk, digest=draft.digest)
    with pytest.raises(BadInput, match="why"):
        services.ruleset_return(actor=people[1], now=now, ruleset_id=draft.pk, reason=" ")
    services.ruleset_return(actor=people[1], now=now, ruleset_id=draft.pk, reason="Too loud")
    services.ruleset_submit(actor=cast.actor("analyst"), now=now, ruleset_id=draft.pk)
    services.ruleset_approve(actor=people[1], now=now, ruleset_id=draft.pk, digest=draft.digest)
    draft.refresh_from_db()
    assert draft.state == RuleState.IN_REVIEW


def act(to: RuleState, found: RuleSet, cast: Any, now: datetime, people: list[Any]) -> None:
    if to is RuleState.IN_REVIEW:
        services.ruleset_submit(actor=cast.actor("analyst"), now=now, ruleset_id=found.pk)
    elif to is RuleState.DRAFT:
        services.ruleset_return(actor=cast.actor("analyst"), now=now, ruleset_id=found.pk, reason="x")
    elif to is RuleState.WITHDRAWN:
        services.ruleset_withdraw(actor=cast.actor("analyst"), now=now, ruleset_id=found.pk, reason="x")
    elif to is RuleState.IN_FORCE:
        for actor in people:
            services.ruleset_approve(actor=actor, now=now, ruleset_id=found.pk, digest=found.digest)


REACHED_BY_ACTS = [state for state in RuleState if state is not RuleState.SUPERSEDED]


@pytest.mark.parametrize(("old", "new"), list(product(RuleState, REACHED_BY_ACTS)))
def test_every_move_of_the_square_is_allowed_or_refused_as_the_table_says(
    old: RuleState, new: RuleState, draft: RuleSet, cast: Any, now: datetime, people: list[Any]
) -> None:
    replayed(draft, cast, now)
    RuleSet.objects.filter(pk=draft.pk).update(state=old)
    if new in RULE_MOVES[old]:
        act(new, draft, cast, now, people)
        assert RuleSet.objects.get(pk=draft.pk).state == new
    else:
        with pytest.raises(NotNow):
            act(new, draft, cast, now, people)
        assert RuleSet.objects.get(pk=draft.pk).state == old


@pytest.mark.parametrize("name", ["writer", "officer", "admin", "outsider", "auditor"])
def test_others_may_read_and_not_write(name: str, cast: Any, now: datetime, draft: RuleSet, client_as: Callable[[str], Client]) -> None:
    with pytest.raises(NotYou):
        services.ruleset_save(actor=cast.actor(name), now=now, text=OWN)
    with pytest.raises(NotYou):
        backtest_ask(actor=cast.actor(name), now=now, ruleset_id=draft.pk)
    assert client_as(name).get("/warnings/rules/new/").status_code == 403


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (OWN.replace("posts_1h: 45", "post_1h: 45"), r"line \d+: “post_1h” is not known.*did you mean “posts_1h”"),
        ("key: [", "not readable as YAML"),
        ("", "empty"),
        (OWN[: OWN.index("levels:")] + "levels: {}\n", "never warn"),
        ("a" * 70_000, "at most"),
        ("key: !!python/object/apply:os.system [echo]\n", "line"),
    ],
)
def test_a_fault_is_named_and_the_text_stays_on_the_page(text: str, words: str, cast: Any, now: datetime, client_as: Any) -> None:
    with pytest.raises(BadInput, match=words):
        services.ruleset_save(actor=cast.actor("analyst"), now=now, text=text)
    page = client_as("analyst").post("/warnings/rules/new/", {"text": text, "save": "1"})
    assert page.status_code == 400 and not RuleSet.objects.exists()
    if text.startswith("#"):
        assert ("did you mean" in page.content.decode() and "post_1h: 45" in page.content.decode()) or "never warn" in page.content.decode()


def test_the_preview_names_what_changes_today(make_story: Maker, now: datetime) -> None:
    from huiying.core.grading.warning_rules import load_warning_rules

    make_story(1, posts=50, authors=30), make_story(2, posts=70, authors=30), make_story(3, posts=2, authors=1)
    found = preview(load_warning_rules(), services.rules_check(OWN), now)
    assert (found.matters, found.old, found.new) == (3, 2, 2)
    assert [(each.story, each.old, each.new) for each in found.changed] == [(1, "YELLOW", "ORANGE")]


def past_story(number: int, at: datetime, posts: int) -> Story:
    story = Story.objects.create(
        id=number, title=f"停水 {number}", first_at=at, last_at=at, posts=posts, copies=0, authors=30, sources=3, questions=0,
        media_tier_max=0, medoid_seq=number, language="zh", stream="live",
    )  # fmt: skip
    StoryBucket.objects.create(story=story, start=at.replace(minute=at.minute // 5 * 5), posts=posts, questions=0, new_authors=30)
    return story


def test_a_back_test_counts_hits_misses_noise_and_lead_time(cast: Any, now: datetime, draft: RuleSet) -> None:
    day = now - timedelta(days=3)
    loud, quiet, noise, never = (past_story(number, day, posts) for number, posts in ((1, 70), (2, 50), (3, 70), (4, 12)))
    strict = services.ruleset_save(
        actor=cast.actor("analyst"), now=now, ruleset_id=draft.pk,
        text=OWN[: OWN.index("levels:")] + "levels:\n  ORANGE:\n    - {posts_1h: 60, authors_24h: 25}\n",
    )  # fmt: skip
    stories_evaluate(story_ids=[1, 2, 3], now=day + timedelta(minutes=5))
    analyst = cast.actor("analyst")
    for story in (loud, quiet):
        warning = Warning.objects.get(story=story)
        warning_acknowledge(actor=analyst, now=day, warning_id=warning.pk)
        warning_mark_opened(actor=analyst, now=day + timedelta(minutes=35), warning_id=warning.pk, incident_id=story.pk)
    warning_dismiss(actor=analyst, now=day, warning_id=Warning.objects.get(story=noise).pk, reason="x", outcome="false_alarm")
    register_incidents("test", lambda since, until: [(never.pk, day + timedelta(hours=1))])
    try:
        test = replayed(strict, cast, now)
    finally:
        _readings.pop("test")
    assert test.is_done and test.total == 4
    old, new = test.result["old"], test.result["new"]
    assert (old["warnings"], old["hits"], old["misses"], old["noise"], old["incidents"]) == (3, 2, 1, 1, 3)
    assert (new["warnings"], new["hits"], new["misses"], new["noise"]) == (2, 1, 2, 1)
    assert old["lead_minutes"] == pytest.approx(30, abs=5) and old["leads"] == 2
    assert [row[0] for row in test.result["only_old"]] == [2] and test.result["only_new"] == []
    assert sum(row[1] for row in test.result["days"]) == 3


def test_a_long_back_test_goes_step_by_step(cast: Any, now: datetime, draft: RuleSet) -> None:
    for number in range(1, MATTERS_AT_ONCE + 11):
        past_story(number, now - timedelta(days=2), 70)
    test = backtest_ask(actor=cast.actor("analyst"), now=now, ruleset_id=draft.pk)
    assert backtest_ask(actor=cast.actor("analyst"), now=now, ruleset_id=draft.pk).pk == test.pk  # one at a time
    half = backtest_step(test_id=test.pk, now=now)
    assert half is not None and (half.done, half.is_done) == (MATTERS_AT_ONCE, False)
    done = backtest_step(test_id=test.pk, now=now)
    assert done is not None and done.is_done and done.result["new"]["warnings"] == MATTERS_AT_ONCE + 10
    assert backtest_step(test_id=test.pk, now=now) is None


def test_exercises_stay_out_of_a_back_test(cast: Any, now: datetime, draft: RuleSet, make_story: Maker) -> None:
    make_story(1, exercise=True)
    assert replayed(draft, cast, now).total == 0


def test_a_replay_sees_what_the_program_saw(make_story: Maker, cast: Any, now: datetime, draft: RuleSet) -> None:
    story = make_story(1)
    stories_evaluate(story_ids=[story.pk], now=now)
    result = replayed(draft, cast, now).result
    assert result["old"]["levels"] == {Warning.objects.get().level: 1}


def test_days_out_of_range_are_refused(cast: Any, now: datetime, draft: RuleSet) -> None:
    for days in (0, 6, 91):
        with pytest.raises(BadInput, match="7 to 90"):
            backtest_ask(actor=cast.actor("analyst"), now=now, ruleset_id=draft.pk, days=days)
    with pytest.raises(NotThere):
        backtest_ask(actor=cast.actor("analyst"), now=now, ruleset_id=404)


def test_worth_follows_the_outcome_and_a_person_has_the_last_word(make_warning: Maker, cast: Any, now: datetime) -> None:
    warning, analyst = make_warning(), cast.actor("analyst")
    with pytest.raises(NotNow, match="not decided yet"):
        warning_judge(actor=analyst, now=now, warning_id=warning.pk, worth="noise")
    warning_dismiss(actor=analyst, now=now, warning_id=warning.pk, reason="x", outcome="no_action")
    assert Warning.objects.get().worth == ""
    with pytest.raises(BadInput, match="useful, noise, late"):
        warning_judge(actor=analyst, now=now, warning_id=warning.pk, worth="great")
    with pytest.raises(NotYou):
        warning_judge(actor=cast.actor("writer"), now=now, warning_id=warning.pk, worth="late")
    assert warning_judge(actor=analyst, now=now, warning_id=warning.pk, worth="late").worth == "late"


def test_precision_is_told_from_five_and_only_noise_is_proposed_for_retirement(make_warning: Maker, now: datetime, client_as: Any) -> None:
    client = client_as("analyst")
    for number in range(1, 11):
        make_warning(number)
    key = Warning.objects.all()[0].lines[0]
    Warning.objects.update(issued_at=now, state="dismissed", outcome="false_alarm")
    Warning.objects.filter(story_id__lte=4).update(worth="noise")
    worth = line_worths(now)[key]
    assert (worth.noise, worth.waiting, worth.precision) == (4, 6, None)
    Warning.objects.update(worth="noise")
    assert line_worths(now)[key].is_only_noise and line_worths(now)[key].precision == 0.0
    from django.utils import timezone

    Warning.objects.update(issued_at=timezone.now())
    page = client.get("/warnings/rules/").content.decode()
    assert "Proposed for retirement" in page and "too few" in page and "n = 10" in page


def test_from_writing_to_in_force_by_the_pages(client_as: Any, cast: Any, people: list[Any], now: datetime) -> None:
    client = client_as("analyst")
    page = client.get("/warnings/rules/new/").content.decode()
    assert "warning_default_v1" in page
    page = client.post("/warnings/rules/new/", {"text": OWN, "preview": "1"}).content.decode()
    assert "orange: posts in the last hour 60 or more → posts in the last hour 45 or more" in page and not RuleSet.objects.exists()
    client.post("/warnings/rules/new/", {"text": OWN, "save": "1"})
    found = RuleSet.objects.get()
    client.post(f"/warnings/rules/{found.pk}/test/", {"days": 30})
    backtest_step(test_id=BackTest.objects.get().pk, now=now)
    assert "Submit for review" in client.get(f"/warnings/rules/{found.pk}/").content.decode()
    client.post(f"/warnings/rules/{found.pk}/submit/")
    assert client.post(f"/warnings/rules/{found.pk}/approve/{found.digest}/").status_code == 403
    commander = client_as("commander")
    assert "Approve this text" in commander.get(f"/warnings/rules/{found.pk}/").content.decode()
    commander.post(f"/warnings/rules/{found.pk}/approve/{found.digest}/")
    services.ruleset_approve(actor=people[0], now=now, ruleset_id=found.pk, digest=found.digest)
    assert rules_in_force().key == "own" and "own" in client.get("/warnings/rules/").content.decode()
