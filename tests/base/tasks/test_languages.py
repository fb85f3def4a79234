"""The pages of the base rooms speak both scripts and English."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from huiying.base.tasks.models import Task

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hans", ["任务", "值班表", "时限"]), ("zh-hant", ["任務", "值班表", "時限"]), ("en", ["Tasks", "Roster", "Clocks"])],
)
def test_headings_are_in_the_readers_language(client_as: Callable[[str], Client], language: str, words: list[str]) -> None:
    client = client_as("commander")
    for path, word in zip(("/tasks/", "/rosters/", "/clocks/"), words, strict=True):
        page = client.get(f"{path}?lang={language}", follow=True).content.decode()
        assert f"<h1>{word}</h1>" in page


def test_a_task_without_languages_shows_what_it_has() -> None:
    assert Task(title={"zh-Hans": "取样"}).title_text == "取样"
