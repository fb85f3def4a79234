"""A reader without login asks; the question becomes a post of the organisation's own source, and nothing of the reader is kept."""

from __future__ import annotations

from typing import Any

import pytest

from huiying.base.audit.models import AuditEntry
from huiying.listen.sources.models import Post, Source
from huiying.listen.sources.services.enquiries import MOST_A_MINUTE

pytestmark = pytest.mark.django_db
ASK = "/public/ask/"


def text(page: Any) -> str:
    return str(page.content.decode())


def test_a_question_becomes_a_post_without_an_author_and_with_its_numbers_masked(reader: Any) -> None:
    answer = reader().post(ASK, {"text": "水什么时候能喝？我的电话 13812345678"}, follow=True)
    assert "Your question has arrived" in text(answer)
    post = Post.objects.get()
    assert (post.author, post.channel, post.source.connector, post.exercise) == (None, "enquiry", "enquiry", False)
    assert "水什么时候能喝" in post.text and "13812345678" not in post.text
    assert AuditEntry.objects.filter(verb="enquiry.receive").count() == 1
    assert Source.objects.get().last_success_at is not None


@pytest.mark.parametrize("said", ["", " \n ", "水?", "水" * 2_001, "\0\0\0\0\0"])
def test_what_is_no_question_is_said_so_and_kept_in_the_field(reader: Any, said: str) -> None:
    answer = reader().post(ASK, {"text": said})
    assert (answer.status_code == 400 and 'role="alert"' in text(answer)) or "\0" in said
    assert not Post.objects.exists()


def test_a_flood_from_a_machine_does_not_drown_the_questions(reader: Any) -> None:
    client = reader()
    codes = [client.post(ASK, {"text": f"Is the water safe to drink, {number}?"}).status_code for number in range(MOST_A_MINUTE + 3)]
    assert codes == [302] * MOST_A_MINUTE + [429] * 3
    assert Post.objects.count() == MOST_A_MINUTE


def test_hostile_words_are_text(reader: Any) -> None:
    answer = reader().post(ASK, {"text": "<b>"})
    assert "&lt;b&gt;" in text(answer) and "<b>" not in text(answer).replace("&lt;b&gt;", "")


def test_the_page_sets_no_cookie_and_is_open_to_everybody(reader: Any) -> None:
    answer = reader().get(ASK)
    assert answer.status_code == 200 and not answer.cookies
    assert "Ask us" in text(reader().get("/public/"))


def test_the_rehearsal_asks_behind_the_sign_in_and_marks_what_comes(client_as: Any, reader: Any) -> None:
    assert reader().post("/public/rehearsal/ask/", {"text": "Is the water safe?"}).status_code == 302
    assert not Post.objects.exists()
    assert client_as("writer").post("/public/rehearsal/ask/", {"text": "Is the water safe?"}).status_code == 302
    assert Post.objects.get().exercise is True
