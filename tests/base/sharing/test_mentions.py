"""A comment calls people by name: once, only those who may read it, and in sight."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.template.loader import render_to_string
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiying.base.accounts.models import Person, RoleGrant
from huiying.base.audit.models import AuditEntry
from huiying.base.notify.selectors import messages_of
from huiying.base.sharing.models import Comment
from huiying.base.sharing.registry import place_of, register_subject
from huiying.base.sharing.rules import mentions_in, split_at
from huiying.base.sharing.selectors import comments_of, readers_by_name
from huiying.base.sharing.services import comment_add

NAMES = {"林静": frozenset({1}), "林静怡": frozenset({2}), "lin": frozenset({1}), "lin.wei": frozenset({3}), "Wang Wu": frozenset({4, 5})}


def add(cast: Any, now: datetime, text: str, *, who: str = "commander", subject: tuple[str, object] = ("incident", 7)) -> Comment:
    return comment_add(actor=cast.actor(who), now=now, subject=subject, text=text, exercise=False)


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("@林静 请看", [{1}]),
        ("请@林静看一下", [{1}]),
        ("@林静怡你好", [{2}]),
        ("@LIN: please", [{1}]),
        ("@lin.wei and @Wang Wu.", [{3}, {4, 5}]),
        ("@linda", []),
        ("write to a@lin or desk@林静", []),
        ("@ lin", []),
        ("@nobody", []),
        ("@@lin", [{1}]),
        ("", []),
    ],
)
def test_who_is_called(text: str, called: list[set[int]]) -> None:
    assert [set(mention.people) for mention in mentions_in(text, NAMES)] == called


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # how fast the machine is says nothing here
@given(st.text(alphabet="@林静怡linwe. WangWu\n", max_size=60))
def test_pieces_put_together_are_the_text_and_calls_begin_with_the_sign(text: str) -> None:
    spans = [(mention.start, mention.end) for mention in mentions_in(text, NAMES)]
    pieces = split_at(text, spans)
    assert "".join(piece for piece, _is_call in pieces) == text
    assert all(piece.startswith("@") for piece, is_call in pieces if is_call)


@pytest.mark.django_db
def test_who_is_called_hears_of_it_once_and_is_led_to_the_place(cast: Any, now: datetime) -> None:
    comment = add(cast, now, "@Writer please call the waterworks, @writer!")
    (message,) = messages_of(cast.writer.pk)
    assert message.text == "Commander mentions you: @Writer please call the waterworks, @writer!"
    assert message.url == f"/incidents/7/#comment-{comment.pk}"
    assert AuditEntry.objects.get(verb="comment.add").body.count(f'"called":[{cast.writer.pk}]') == 1


@pytest.mark.django_db
def test_nobody_tells_themselves_and_who_may_not_read_is_not_called(cast: Any, now: datetime) -> None:
    comment = add(cast, now, "@Commander @Outsider")
    assert messages_of(cast.commander.pk).count() == messages_of(cast.outsider.pk).count() == 0
    assert [piece for piece, is_call in comment.parts if is_call] == ["@Commander"]


@pytest.mark.django_db
def test_the_right_of_the_subject_counts(cast: Any, now: datetime) -> None:
    Person.objects.filter(pk=cast.auditor.pk).update(is_active=False)
    RoleGrant.objects.filter(person=cast.writer).update(role="logistics")
    assert "Writer" not in readers_by_name(("post", 1)) and "Analyst" in readers_by_name(("post", 1))
    assert readers_by_name(("auditors_desk", 1)) == {}
    assert "Auditor" not in readers_by_name(("incident", 1))


@pytest.mark.django_db
def test_two_people_of_one_name_are_both_told(cast: Any, now: datetime) -> None:
    Person.objects.filter(pk__in=[cast.writer.pk, cast.lawyer.pk]).update(display_name="王伟")
    add(cast, now, "@王伟 看一下")
    assert messages_of(cast.writer.pk).count() == messages_of(cast.lawyer.pk).count() == 1


@pytest.mark.django_db
def test_a_call_is_shown_as_one_and_nothing_of_it_becomes_markup(cast: Any, now: datetime) -> None:
    comment = add(cast, now, "<b>@Writer</b>\nnow")
    page = render_to_string("sharing/_comments.html", {"comments": comments_of(("incident", 7))})
    assert f'id="comment-{comment.pk}"' in page
    assert '&lt;b&gt;<strong class="mention">@Writer</strong>&lt;/b&gt;<br>now' in page


@pytest.mark.django_db
def test_a_subject_without_a_page_gives_a_message_without_a_link(cast: Any, now: datetime) -> None:
    register_subject("notice", page="nowhere:detail", right="incident.read")
    add(cast, now, "@Writer", subject=("notice", 1))
    assert messages_of(cast.writer.pk).get().url == ""


def test_a_room_may_name_its_own_page_and_right() -> None:
    register_subject("oddity", page="odd:page", right="story.read")
    assert (place_of("oddity").page, place_of("oddity").right) == ("odd:page", "story.read")
    assert place_of("story").page == "stories:detail"
