"""The incidents tied to one, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from .. import selectors
from ..models import Incident
from ..standing_rules import TieKind


@dataclass(frozen=True)
class RelativeLine:
    """One tied incident: how, which, why."""

    word: str
    incident: Incident
    reason: str = ""


def relative_lines(dossier: selectors.Dossier) -> list[RelativeLine]:
    """Return what this incident was merged with, split from and followed by, as far as the reader may see it."""
    mine, known = dossier.incident, {each.pk: each for each in dossier.relatives}
    lines = [RelativeLine(_("merged in"), each) for each in dossier.relatives if each.merged_into_id == mine.pk]
    if mine.merged_into_id in known:
        reason = next((move.reason for move in reversed(dossier.moves) if move.new == mine.state), "")
        lines.append(RelativeLine(_("merged into"), known[mine.merged_into_id], reason))
    for tie in dossier.ties:
        is_new = tie.incident_id == mine.pk
        other = known.get(tie.source_id if is_new else tie.incident_id)
        if other is not None:
            lines.append(RelativeLine(_word(TieKind(tie.kind), is_new=is_new), other, tie.reason))
    return lines


def _word(kind: TieKind, *, is_new: bool) -> str:
    words = {
        (TieKind.SPLIT, True): _("split off from"),
        (TieKind.SPLIT, False): _("split off into"),
        (TieKind.FOLLOW_UP, True): _("follows"),
        (TieKind.FOLLOW_UP, False): _("followed by"),
    }
    return words[kind, is_new]
