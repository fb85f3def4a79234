"""What a reader without login sees, in three languages, and what never gets there."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.urls import reverse

from huiying.core.formats.atom import ATOM
from huiying.respond.statements import services
from huiying.respond.statements.models import Commitment, Fact, Release

pytestmark = pytest.mark.django_db
HOME = "/public/"
PAGES = ["/public/", "/public/policy/", "/public/feed.atom", "/public/feed.json"]


def text(page: Any) -> str:
    return str(page.content.decode())


@pytest.mark.parametrize("address", PAGES)
def test_every_page_opens_without_login_and_without_statements(reader: Any, address: str) -> None:
    assert reader().get(address).status_code == 200


def test_the_empty_site_says_what_it_is_for(reader: Any) -> None:
    assert "There is no current statement" in text(reader().get(HOME))


def test_the_page_answers_first_and_names_the_next_update(reader: Any, desk: Any, incident: Any) -> None:
    desk.release(incident)
    page = text(reader().get(HOME))
    order = [
        "Discoloured tap water: latest",
        "next update not later than",
        "What to do now",
        "Do not drink discoloured water.",
        "What happened",
        "About 3,200 homes are affected.",
        "SZ-1124",
        "What we do not know yet",
        "Record of statements",
        "What we promised",
        "Test results by 05:30.",
    ]
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    assert page.count("<h1") == 1 and "<script>" not in page and "style=" not in page


def test_nothing_internal_is_on_the_page(reader: Any, desk: Any, incident: Any) -> None:
    desk.release(incident)
    page = text(reader().get(HOME)) + text(reader().get("/public/statements/1/")) + text(reader().get("/public/statements/1/text.json"))
    for word in ("运行日志", incident.title + "<", "Writer", "Approver", "writer", "政府信息公开条例"):
        assert word not in page


@pytest.mark.parametrize(
    ("language", "words", "tag"),
    [
        ("zh-hans", "水发黄期间请勿饮用。", "zh-Hans"),
        ("zh-hant", "水發黃期間請勿飲用。", "zh-Hant"),
        ("en", "Do not drink discoloured water.", "en"),
    ],
)
def test_the_page_speaks_three_languages(reader: Any, desk: Any, incident: Any, language: str, words: str, tag: str) -> None:
    desk.release(incident)
    page = text(reader().get(HOME, {"lang": language}))
    assert words in page and f'<html lang="{tag}">' in page and "?lang=zh-hant" in page


def test_a_draft_never_shows(reader: Any, desk: Any, incident: Any) -> None:
    desk.approved(incident)
    assert "Discoloured" not in text(reader().get(HOME))
    assert reader().get("/public/statements/1/").status_code == 404


def test_an_exercise_never_reaches_the_public(reader: Any, desk: Any) -> None:
    release = desk.release(desk.incident(exercise=True))
    assert release.exercise and release.number == 1
    for address in [
        *PAGES,
        "/public/statements/1/",
        "/public/matters/1/",
        "/public/statements/1/text.json",
        "/public/statements/1/schema.json",
    ]:
        assert "Discoloured" not in text(reader().get(address)), address


def test_the_rehearsal_site_is_for_people_of_the_house_and_marked(reader: Any, client_as: Any, desk: Any, incident: Any) -> None:
    desk.release(desk.incident(exercise=True))
    address = reverse("dialogue:rehearsal_home")
    assert reader().get(address).status_code == 302
    assert client_as("outsider").get(address).status_code == 403
    page = client_as("writer").get(address)
    assert "EXERCISE" in text(page) and "Discoloured tap water" in text(page) and "no-store" in page.headers["Cache-Control"]
    assert "EXERCISE" in text(client_as("writer").get(reverse("dialogue:rehearsal_statement", args=[1])))
    assert json.loads(client_as("writer").get(reverse("dialogue:rehearsal_feed_json")).content)["_huiying"] == {"exercise": True}


def test_a_real_release_is_not_on_the_rehearsal_site(client_as: Any, desk: Any, incident: Any) -> None:
    desk.release(incident)
    assert "Discoloured" not in text(client_as("writer").get(reverse("dialogue:rehearsal_home")))


def test_a_correction_stays_visible_with_its_reason(reader: Any, desk: Any, incident: Any) -> None:
    desk.corrected(desk.release(incident))
    page = text(reader().get(HOME))
    assert "<del>About 3,200 homes are affected.</del>" in page and "<ins>About 5,000 homes are affected.</ins>" in page
    assert "The first figure left out some homes." in page and "corrects no. 1" in page
    old = text(reader().get("/public/statements/1/"))
    assert "corrected by no. 2" in old and "<del>About 3,200 homes are affected.</del>" in old and "Do not drink discoloured water." in old
    new = text(reader().get("/public/statements/2/"))
    assert "This corrects no. 1" in new and "<ins>About 5,000 homes are affected.</ins>" in new


def test_a_withdrawn_statement_leaves_a_tombstone(reader: Any, desk: Any, incident: Any) -> None:
    release = desk.release(incident)
    for name in ("approver", "commander"):
        services.statement_withdraw(
            actor=desk.actor(name), now=desk.now, statement_id=release.statement_id, reason_zh="内容有误", reason_en="Wrong in substance"
        )
    page = text(reader().get("/public/statements/1/"))
    assert "This statement was withdrawn." in page and "Wrong in substance" in page and "3,200" not in page
    home = text(reader().get(HOME))
    assert "Every statement about this matter was withdrawn" in home and "3,200" not in home and "Test results" not in home
    assert reader().get("/public/statements/1/text.json").status_code == 410


def test_the_newest_matter_leads_and_others_are_listed(reader: Any, desk: Any, incident: Any) -> None:
    desk.release(incident)
    desk.release(desk.incident())
    page = text(reader().get(HOME))
    assert "Other matters" in page and "/public/matters/1/" in page
    assert reader().get("/public/matters/1/").status_code == 200
    assert reader().get("/public/matters/9/").status_code == 404


def test_advice_holds_until_a_newer_text_replaces_it(reader: Any, desk: Any, incident: Any) -> None:
    desk.release(incident)
    statement = desk.draft(incident)
    statement.sentences.filter(nature="advice").delete()
    services.statement_submit(actor=desk.actor("writer"), now=desk.now, statement_id=statement.pk)
    services.statement_check(actor=desk.actor("checker"), now=desk.now, statement_id=statement.pk)
    services.statement_legal(actor=desk.actor("lawyer"), now=desk.now, statement_id=statement.pk, basis="条例")
    desk.sign(desk.sign(statement, "approver"), "commander")
    services.statement_publish(actor=desk.actor("publisher"), now=desk.now, statement_id=statement.pk)
    assert "Do not drink discoloured water." in text(reader().get(HOME))


def test_a_late_update_is_admitted(reader: Any, desk: Any, incident: Any) -> None:
    release = desk.release(incident)
    body = json.loads(release.body)
    body["next_update_at"] = (desk.now - timedelta(minutes=1)).isoformat()
    Release.objects.filter(pk=release.pk).update(body=json.dumps(body))
    assert "This update is late" in text(reader().get(HOME))


@pytest.mark.parametrize(("outcome", "word"), [("keep", "promise kept"), ("break", "promise broken")])
def test_promises_show_what_became_of_them(reader: Any, desk: Any, incident: Any, outcome: str, word: str) -> None:
    desk.release(incident)
    act = services.commitment_keep if outcome == "keep" else services.commitment_break
    act(actor=desk.actor("publisher"), now=desk.now, commitment_id=Commitment.objects.get().pk, note_zh="说明", note_en="As reported")
    page = text(reader().get(HOME))
    assert word in page and "As reported" in page


def test_the_exact_text_has_the_digest_of_the_page(reader: Any, desk: Any, incident: Any) -> None:
    release = desk.release(incident)
    exact = reader().get("/public/statements/1/text.json").content
    assert hashlib.sha256(exact).hexdigest() == release.digest
    page = text(reader().get("/public/statements/1/"))
    assert release.digest in page and f"1-{release.digest[:4].upper()}" in page


def test_a_page_is_cached_briefly_and_answers_304(reader: Any, desk: Any, incident: Any) -> None:
    desk.release(incident)
    for address in ["/public/statements/1/", "/public/feed.atom", "/public/feed.json", "/public/policy/"]:
        first = reader().get(address)
        assert first.headers["Cache-Control"] == "public, max-age=30" and "Cookie" in first.headers["Vary"]
        again = reader().get(address, headers={"if-none-match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_the_etag_changes_with_a_correction(reader: Any, desk: Any, incident: Any) -> None:
    release = desk.release(incident)
    etag = reader().get("/public/feed.atom").headers["ETag"]
    desk.corrected(release)
    assert reader().get("/public/feed.atom", headers={"if-none-match": etag}).status_code == 200


def atom_entries(document: bytes) -> dict[str, ElementTree.Element]:
    found = ElementTree.fromstring(document).findall(f"{{{ATOM}}}entry")
    return {entry.findtext(f"{{{ATOM}}}id") or "": entry for entry in found}


def test_feed_ids_never_change_and_corrections_move_updated(reader: Any, desk: Any, incident: Any) -> None:
    release = desk.release(incident)
    (before,) = atom_entries(reader().get("/public/feed.atom").content).items()
    desk.now += timedelta(minutes=5)
    desk.corrected(release)
    after = atom_entries(reader().get("/public/feed.atom").content)
    assert len(after) == 2 and before[0] in after
    old = after[before[0]]
    assert (old.findtext(f"{{{ATOM}}}title") or "").startswith("Corrected:")
    assert str(old.findtext(f"{{{ATOM}}}updated")) > str(before[1].findtext(f"{{{ATOM}}}updated"))


def test_each_language_has_its_own_feed(reader: Any, desk: Any, incident: Any) -> None:
    desk.release(incident)
    feeds = {
        language: json.loads(reader().get("/public/feed.json", {"lang": language}).content) for language in ("zh-hans", "zh-hant", "en")
    }
    assert [feed["language"] for feed in feeds.values()] == ["zh-Hans", "zh-Hant", "en"]
    assert len({feed["items"][0]["id"] for feed in feeds.values()}) == 3
    assert feeds["zh-hant"]["items"][0]["content_text"].startswith("給大家帶來不便")
    assert all(feed["feed_url"].startswith("http://testserver/public/feed.json?lang=") for feed in feeds.values())


def test_schema_org_names_the_correction(reader: Any, desk: Any, incident: Any) -> None:
    desk.corrected(desk.release(incident))
    document = json.loads(reader().get("/public/statements/1/schema.json").content)
    assert document["@type"] == "SpecialAnnouncement" and document["correction"]["text"] == "The first figure left out some homes."
    assert json.loads(reader().get("/public/statements/2/schema.json").content)["isBasedOn"].endswith("/public/statements/1/?lang=en")


def test_the_policy_page_states_the_refusals(reader: Any) -> None:
    page = text(reader().get("/public/policy/"))
    assert "keeps no list of people" in page and "asks nobody to delete a post" in page and "under our own name" in page


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_public_site_only_reads(reader: Any, method: str) -> None:
    assert getattr(reader(), method)(HOME).status_code in {403, 405}


@pytest.mark.parametrize("rows", [2, 6])
def test_the_home_page_keeps_its_query_budget(reader: Any, desk: Any, incident: Any, django_assert_max_num_queries: Any, rows: int) -> None:
    for _ in range(rows):
        desk.release(incident)
    with django_assert_max_num_queries(2):
        reader().get(HOME)


def test_a_withdrawn_fact_does_not_silently_change_the_page(reader: Any, desk: Any, incident: Any) -> None:
    desk.release(incident)
    services.fact_withdraw(actor=desk.actor("officer"), now=desk.now, fact_id=Fact.objects.get().pk, reason="错")
    assert "About 3,200 homes are affected." in text(reader().get(HOME))
