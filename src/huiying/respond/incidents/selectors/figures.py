"""The figures of an incident: each with what was counted, over which time, by which question."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from huiying.base.ui.templatetags.ui import authors as shown_authors
from huiying.listen.stories import selectors as stories

from ..report_rules import Figure
from .dossier import Dossier

HOUR = timedelta(hours=1)


def figures_of(dossier: Dossier, now: datetime) -> list[Figure]:
    """Return what can be counted about an incident now; what nothing is known about is left out."""
    return [*_reaction(dossier), *_last_hours(dossier, now), *_work(dossier, now)]


def _reaction(dossier: Dossier) -> list[Figure]:
    linked = dossier.stories
    if not linked:
        return []
    ids = ", ".join(str(story.pk) for story in linked)
    since, until = min(story.first_at for story in linked), max(story.last_at for story in linked)
    posts = sum(story.posts for story in linked)

    def counted(label: str, value: str, query: str) -> Figure:
        return Figure(label, value, posts, query % {"ids": ids}, since, until)

    return [
        counted(_("Posts"), f"{posts:,}", _("posts of stories %(ids)s")),
        counted(_("Copies among them"), f"{sum(s.copies for s in linked):,}", _("posts of stories %(ids)s that repeat an earlier one")),
        counted(_("Questions"), f"{sum(s.questions for s in linked):,}", _("posts of stories %(ids)s that ask something")),
        counted(_("Authors at least"), shown_authors(max(s.authors for s in linked)), _("authors of the largest of stories %(ids)s")),
        counted(_("Sources at least"), f"{max(s.sources for s in linked):,}", _("sources of the most spread of stories %(ids)s")),
    ]


def _last_hours(dossier: Dossier, now: datetime) -> list[Figure]:
    """Return the posts of the last hour and of the one before it, so that a trend is a pair of numbers."""
    ids = [story.pk for story in dossier.stories]
    if not ids:
        return []
    counts = [0, 0]
    for buckets in stories.series_of_many(ids, now - 2 * HOUR).values():
        for bucket in buckets:
            age = int((now - bucket.start) / HOUR)
            if 0 <= age < len(counts):
                counts[age] += bucket.posts
    query = _("posts of stories %(ids)s by five minutes, added up") % {"ids": ", ".join(map(str, ids))}
    labels = [_("Posts in the last hour"), _("Posts in the hour before")]
    return [
        Figure(label, f"{count:,}", count, query, now - (age + 1) * HOUR, now - age * HOUR)
        for age, (label, count) in enumerate(zip(labels, counts, strict=True))
    ]


def _work(dossier: Dossier, now: datetime) -> list[Figure]:
    found, opened = [], dossier.incident.opened_at
    if dossier.tasks:
        done = sum(task.state == "done" for task in dossier.tasks)
        found.append(Figure(_("Tasks done"), f"{done}/{len(dossier.tasks)}", len(dossier.tasks), _("tasks of this incident"), opened, now))
    clocks = [clock for clock in dossier.clocks if clock.state != "waived"]
    if clocks:
        missed = sum(clock.state == "missed" for clock in clocks)
        query = _("clocks of this incident without those waived")
        found.append(Figure(_("Time limits missed"), f"{missed}/{len(clocks)}", len(clocks), query, opened, now))
    return found
