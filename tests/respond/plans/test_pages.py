"""The pages: library, plan, activation, posts, and what hangs in the incident room."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client, RequestFactory

from huiying.base.tasks.selectors import tasks_of
from huiying.core.planning.loader import load_plan
from huiying.respond.incidents import selectors as incidents
from huiying.respond.plans import selectors, services, slots
from huiying.respond.plans.models import PlanVersion

Maker = Callable[..., Any]
SignIn = Callable[[str], Client]


def test_an_empty_library_teaches_the_commander_how_to_fill_it(client_as: SignIn) -> None:
    client = client_as("commander")
    page = client.get("/plans/")
    assert b"The library is empty" in page.content
    assert b"Load the built-in plans" in page.content
    answer = client.post("/plans/load/", follow=True)
    assert b"2 plans are in the library" in answer.content
    assert b"Public-service opinion contingency plan" in answer.content


def test_loading_is_refused_to_others_and_by_get(client_as: SignIn) -> None:
    assert b"Load the built-in plans" not in client_as("writer").get("/plans/").content.replace(b"Load the built-in plans in", b"")
    assert client_as("writer").post("/plans/load/").status_code == 403
    assert client_as("commander").get("/plans/load/").status_code == 405


@pytest.mark.django_db
def test_a_visitor_is_sent_to_the_sign_in_page(client: Client) -> None:
    answer = client.get("/plans/")
    assert answer.status_code == 302
    assert "/people/" in answer["Location"]


def test_somebody_without_a_role_reads_no_plan(client_as: SignIn, service_plan: PlanVersion) -> None:
    for address in ("/plans/", f"/plans/{service_plan.pk}/", f"/plans/{service_plan.pk}/text/"):
        assert client_as("outsider").get(address).status_code == 403


def copies(version: PlanVersion, count: int) -> None:
    PlanVersion.objects.bulk_create(
        PlanVersion(
            key=f"copy_{number}",
            version="1",
            title=version.title,
            summary=version.summary,
            source=version.source,
            digest="0" * 64,
            state="published",
            created_at=version.created_at,
        )
        for number in range(count)
    )


@pytest.mark.parametrize("count", [10, 20])
def test_the_library_asks_the_same_few_questions_however_long_it_is(
    client_as: SignIn, service_plan: PlanVersion, count: int, django_assert_max_num_queries: Any
) -> None:
    copies(service_plan, count)
    client = client_as("analyst")
    client.get("/plans/")
    with django_assert_max_num_queries(8):
        page = client.get("/plans/")
    assert page.content.count(b"Public-service opinion contingency plan") >= count


def test_a_plan_page_shows_chapters_groups_steps_clocks_and_template(client_as: SignIn, library: dict[str, PlanVersion]) -> None:
    for key, version in library.items():
        text = client_as("writer").get(f"/plans/{version.pk}/").content.decode()
        plan = selectors.plan_of(version)
        for expected in (
            *(chapter.title["en"] for chapter in plan.chapters),
            *(group.name["en"] for group in plan.groups),
            *(stage.title["en"] for stage in plan.stages),
            *(clock.label["en"].replace("'", "&#x27;") for clock in plan.clocks),
            "Responsibility matrix",
            "Holding statement template",
            "{matter}",
        ):
            assert expected in text, (key, expected)
        assert "check the official text before quoting" in text
        assert "Every group has a deputy" in text


def test_limits_are_said_as_people_quote_them(client_as: SignIn, service_plan: PlanVersion) -> None:
    text = client_as("writer").get(f"/plans/{service_plan.pk}/").content.decode()
    for expected in ("15 minutes", "5 hours", "48 hours", "7 days", "30 days", "from the crisis", "from detection"):
        assert expected in text


def test_a_plan_page_speaks_chinese_in_both_scripts(client_as: SignIn, service_plan: PlanVersion) -> None:
    client = client_as("writer")
    assert "公共服务舆情应急预案" in client.get(f"/plans/{service_plan.pk}/?lang=zh-hans").content.decode()
    assert "公共服務輿情應急預案" in client.get(f"/plans/{service_plan.pk}/?lang=zh-hant").content.decode()


def test_the_text_of_a_plan_comes_back_as_it_was_stored(client_as: SignIn, service_plan: PlanVersion) -> None:
    answer = client_as("writer").get(f"/plans/{service_plan.pk}/text/")
    assert answer["Content-Disposition"] == 'attachment; filename="public_service_opinion-1.1.yaml"'
    assert load_plan(answer.content.decode()) == selectors.plan_of(service_plan)


def test_a_plan_that_is_not_there_is_404(client_as: SignIn, service_plan: PlanVersion) -> None:
    assert client_as("writer").get("/plans/9999/").status_code == 404


def test_the_commander_activates_through_the_form(client_as: SignIn, graded: Maker, service_plan: PlanVersion) -> None:
    incident, client = graded(), client_as("commander")
    form = client.get(f"/plans/activate/{incident.pk}/").content.decode()
    assert "fits best" in form
    assert "nature of the event: social" in form
    answer = client.post(f"/plans/activate/{incident.pk}/", {"plan": service_plan.pk, "response_level": "L2", "level_reason": ""})
    assert (answer.status_code, answer["Location"]) == (302, f"/incidents/{incident.pk}/")
    assert incidents.incident(incident.pk).state == "responding"
    assert len(tasks_of(("incident", incident.pk))) > 10


def test_a_refused_form_keeps_what_was_chosen_and_says_why(client_as: SignIn, graded: Maker, service_plan: PlanVersion) -> None:
    incident, client = graded(), client_as("commander")
    answer = client.post(f"/plans/activate/{incident.pk}/", {"plan": service_plan.pk, "response_level": "L4", "level_reason": ""})
    assert answer.status_code == 400
    assert "The plan sets level L2" in answer.content.decode()
    assert '<option value="L4" selected>' in answer.content.decode()
    again = client.post(f"/plans/activate/{incident.pk}/", {"plan": "77", "response_level": "L2"})
    assert again.status_code == 400


def test_activating_too_early_is_409_and_by_others_403(client_as: SignIn, graded: Maker, service_plan: PlanVersion) -> None:
    incident = graded(is_graded=False)
    chosen = {"plan": service_plan.pk, "response_level": "L2"}
    assert client_as("commander").post(f"/plans/activate/{incident.pk}/", chosen).status_code == 409
    assert client_as("analyst").post(f"/plans/activate/{incident.pk}/", chosen).status_code == 403
    assert client_as("commander").get("/plans/activate/9999/").status_code == 404


def test_without_a_plan_the_form_says_where_to_get_one(client_as: SignIn, graded: Maker) -> None:
    page = client_as("commander").get(f"/plans/activate/{graded().pk}/")
    assert b"Load the built-in plans in the library" in page.content


@pytest.fixture
def activated(cast: Any, graded: Maker, service_plan: PlanVersion, now: datetime) -> Any:
    """Return an incident with the public-service plan in force."""
    incident = graded()
    services.plan_activate(
        actor=cast.actor("commander"), now=now, incident_id=incident.pk, plan_version_id=service_plan.pk, response_level="L2"
    )
    return incidents.incident(incident.pk)


def test_a_post_is_filled_through_its_form(client_as: SignIn, activated: Any, cast: Any) -> None:
    activation = selectors.activation_of(activated.pk)
    assert activation is not None
    slot = next(slot for slot in selectors.slots_of(activation) if slot.group_key == "logistics_group" and slot.standing == "head")
    client = client_as("commander")
    assert b"Logistics group" in client.get(f"/plans/posts/{slot.pk}/").content
    assert client.post(f"/plans/posts/{slot.pk}/", {"person_id": cast.officer.pk}).status_code == 302
    other = next(slot for slot in selectors.slots_of(activation) if slot.group_key == "logistics_group" and slot.standing == "deputy")
    refused = client.post(f"/plans/posts/{other.pk}/", {"person_id": cast.officer.pk})
    assert refused.status_code == 400
    assert b"already has a post in this group" in refused.content
    assert client.post(f"/plans/posts/{slot.pk}/", {"person_id": ""}).status_code == 400
    assert client_as("writer").post(f"/plans/posts/{slot.pk}/", {"person_id": cast.officer.pk}).status_code == 403
    assert client.get("/plans/posts/9999/").status_code == 404


def asked(person: Any) -> Any:
    request = RequestFactory().get("/")
    request.user = person
    return request


def test_the_incident_room_offers_activation_only_when_it_is_time(
    cast: Any, graded: Maker, library: dict[str, PlanVersion], activated: Any
) -> None:
    incident = graded()
    assert f"/plans/activate/{incident.pk}/" in slots.activate_button(asked(cast.commander), incident)
    assert slots.activate_button(asked(cast.writer), incident) == ""
    assert slots.activate_button(asked(cast.commander), activated) == ""


def test_the_incident_room_says_which_plan_fits_before_activation(cast: Any, graded: Maker, library: dict[str, PlanVersion]) -> None:
    html = slots.plan_panel(asked(cast.writer), graded())
    assert "fits best" in html
    assert "the title has" in html
    assert slots.plan_panel(asked(cast.writer), graded(is_graded=False)) == ""


def test_the_incident_room_shows_the_board_with_the_state_of_each_step(cast: Any, activated: Any) -> None:
    html = slots.plan_panel(asked(cast.writer), activated)
    assert "Convene and decide the strategy" in html
    assert "on record before activation" in html
    assert "starts when the incident is resolved" in html
    assert html.count("to do") > 8
    assert "0 of 4 done" in html
    assert "of 0 done" not in html


def test_the_incident_room_shows_who_is_where_and_which_post_is_empty(cast: Any, activated: Any) -> None:
    html = slots.posts_card(asked(cast.commander), activated)
    assert "Vice" in html
    assert "nobody" in html
    assert "/plans/posts/" in html
    assert "/plans/posts/" not in slots.posts_card(asked(cast.writer), activated)


def test_no_activation_no_posts(cast: Any, graded: Maker) -> None:
    assert slots.posts_card(asked(cast.writer), graded()) == ""


def test_the_whole_incident_room_renders_with_the_plan_in_it(client_as: SignIn, activated: Any) -> None:
    page = client_as("commander").get(f"/incidents/{activated.pk}/")
    assert page.status_code == 200
    assert b"Convene and decide the strategy" in page.content
    assert b"Who is where" in page.content
