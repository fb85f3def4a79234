"""What an assessment rests on, as links that lead to it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any  # records of lower rooms

from django.utils.translation import gettext as _

from huiying.base.sharing.selectors import files_of
from huiying.base.ui.errors import BadInput
from huiying.listen.sources.selectors import posts_by_seq
from huiying.listen.stories.selectors import stories_of

from ..models import Incident
from ..rules import SUBJECT

WORDS = 120
Link = dict[str, str]


def evidence_links(
    incident: Incident, *, story_ids: Collection[int], post_seqs: Collection[int], file_ids: Collection[int], measurements: str
) -> list[Link]:
    """Return what was named as evidence with words for each; raises BadInput naming what does not exist.

    A measurement is a line of text: what was measured, where, when, with which result.
    """
    stories = stories_of(story_ids) if story_ids else {}
    posts: dict[int, Any] = posts_by_seq(post_seqs) if post_seqs else {}
    files = {file.pk: file for file in files_of((SUBJECT, incident.pk))} if file_ids else {}
    links = [_link("story", id, stories[id].title) for id in _there(story_ids, stories, _("There is no story %(id)s."))]
    links += [_link("post", id, posts[id].title or posts[id].text) for id in _there(post_seqs, posts, _("The archive has no post %(id)s."))]
    links += [_link("file", id, files[id].name) for id in _there(file_ids, files, _("The incident has no file %(id)s."))]
    lines = filter(None, (line.strip() for line in measurements.replace("\x00", "").splitlines()))
    return [*links, *({"kind": "measurement", "ref": "", "words": line} for line in lines)]


def _there(ids: Collection[int], known: Collection[int], sentence: str) -> list[int]:
    for id in ids:
        if id not in known:
            raise BadInput(sentence % {"id": id})
    return list(dict.fromkeys(ids))


def _link(kind: str, ref: int, words: str) -> Link:
    return {"kind": kind, "ref": str(ref), "words": words.strip()[:WORDS]}
