"""Chains in the browser: read, previewed, changed, put back; and who was told on the page of a warning."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.test.client import RequestFactory
from tests.base.escalation.conftest import SUBJECT

from huiying.base.audit.rules import SYSTEM
from huiying.base.escalation.models import Run, StoredChain
from huiying.base.escalation.panels import runs_panel
from huiying.base.escalation.rules import Chain, Step
from huiying.base.escalation.selectors import chains
from huiying.base.escalation.services import chain_reset, chain_save, escalation_acknowledge
from huiying.base.ui.errors import BadInput, NotYou

pytestmark = pytest.mark.django_db
Signed = Callable[[str], Client]


def form(*steps: dict[str, str], **values: str) -> dict[str, str]:
    data = {
        "answer_minutes": "15", "hands_to": "", "steps-TOTAL_FORMS": str(len(steps)), "steps-INITIAL_FORMS": "0",
        "last-to": "", "last-wait": "5", "last-repeat": "1", "last-every": "0", **values,
    }  # fmt: skip
    for number, step in enumerate(steps):
        given = {"to": "role:analyst", "wait": "0", "ways": "personal", "hours": "", "outside": "wait", "repeat": "1", "every": "0", **step}
        data |= {f"steps-{number}-{name}": value for name, value in given.items()}
    return data


def test_the_chains_are_read_by_everybody_and_changed_by_few(client_as: Signed) -> None:
    page = client_as("writer").get("/escalation/").content.decode()
    assert "on shift: analyst" in page and "only 07-22" in page and "Change" not in page
    assert client_as("writer").get("/escalation/chains/RED/").status_code == 403
    assert client_as("commander").get("/escalation/chains/PINK/").status_code == 404
    assert client_as("outsider").get("/escalation/").status_code == 403
    assert Client().get("/escalation/").status_code == 302


def test_a_chain_is_looked_at_before_it_is_saved(client_as: Signed, on_duty: Any) -> None:
    client = client_as("commander")
    assert "Last resort" in client.get("/escalation/chains/RED/").content.decode()
    data = form({}, {"to": f"person:{on_duty.lawyer.pk}", "wait": "7", "repeat": "2", "every": "3"}, {"to": ""})
    page = client.post("/escalation/chains/RED/", data | {"preview": "1"}).content.decode()
    assert "What it would do" in page and "Lawyer (named in the chain)" in page and "Analyst (" in page
    assert "no working way" in page
    assert not StoredChain.objects.exists()
    assert client.post("/escalation/chains/RED/", data | {"save": "1"})["Location"] == "/escalation/"
    saved = chains()["RED"]
    assert [step.to for step in saved.steps] == ["role:analyst", f"person:{on_duty.lawyer.pk}"] and saved.last_resort is None
    page = client.get("/escalation/").content.decode()
    assert "changed here" in page and "2 times, every 3 min" in page
    client.post("/escalation/chains/RED/reset/")
    assert chains()["RED"].is_default


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (form({"to": ""}), "no step"),
        (form({}, hands_to="RED"), "RED → RED"),
        (form({"hours": "7 to 10"}), "7 to 10"),
        (form({"repeat": "3"}), "repeated"),
        (form({"to": "channel:"}), "tells only a channel"),
        (form({"wait": "9999"}), "1440"),
        (form({"to": "role:king"}), "king"),
    ],
)
def test_an_unfit_chain_is_refused_with_what_is_wrong(client_as: Signed, data: dict[str, str], words: str) -> None:
    response = client_as("commander").post("/escalation/chains/RED/", data | {"save": "1"})
    assert response.status_code == 400 and words in response.content.decode()
    assert not StoredChain.objects.exists()


def test_a_chain_that_closes_a_circle_with_another_is_refused(cast: Any, now: datetime) -> None:
    chain = Chain("warning", "RED", (Step("role:analyst"),), hands_to="ORANGE")  # orange hands to red already
    with pytest.raises(BadInput, match="RED → ORANGE → RED"):
        chain_save(actor=cast.actor("admin"), now=now, chain=chain)
    with pytest.raises(BadInput, match="left"):
        chain_save(actor=cast.actor("admin"), now=now, chain=Chain("warning", "RED", (Step("person:4040"),)))
    with pytest.raises(BadInput, match="PINK"):
        chain_save(actor=cast.actor("admin"), now=now, chain=Chain("warning", "PINK", (Step("role:analyst"),)))
    for act in (
        lambda: chain_save(actor=cast.actor("analyst"), now=now, chain=Chain("warning", "RED", (Step("role:analyst"),))),
        lambda: chain_reset(actor=cast.actor("analyst"), now=now, subject_kind="warning", level="RED"),
    ):
        with pytest.raises(NotYou):
            act()


def test_the_panel_says_who_was_told_by_what_way_and_who_answered(on_duty: Any, start: Callable[..., Run], now: datetime) -> None:
    class Subject:
        pk = SUBJECT[1]

    request = RequestFactory().get("/")
    assert runs_panel(request, Subject()) == ""
    start()
    panel = runs_panel(request, Subject())
    assert "Commander" in panel and "on shift" in panel and "inside Huiying" in panel and "next step" in panel
    escalation_acknowledge(actor=on_duty.actor("analyst"), now=now, subject=SUBJECT)
    assert "answered" in runs_panel(request, Subject())


def test_a_kind_without_chains_of_its_own_uses_the_common_ones(start: Callable[..., Run]) -> None:
    run = start("RED", subject=("incident", 3), actor=SYSTEM)
    assert run.steps == [step.as_dict() for step in (*chains()["RED"].steps, chains()["RED"].last_resort)]  # type: ignore[union-attr]  # red has one
