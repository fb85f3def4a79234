"""Who may read an incident: everybody with the right, or of a confidential one only its circle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from huiying.base.accounts.reading import Reader, reader

if TYPE_CHECKING:
    from .models import Incident


def open_to(who: Reader) -> Q:
    """Return the condition of the incidents somebody may read."""
    from .models_standing import CircleSeat

    seat = Q(person_id=who.person_id) | Q(role__in=sorted(who.roles)) if who.person_id else Q(pk=None)
    mine = Exists(CircleSeat.objects.filter(seat, incident=OuterRef("pk")))
    commands = Q(commander_id=who.person_id) | Q(deputy_id=who.person_id) if who.person_id else Q(pk=None)
    return Q(confidential=False) | commands | Q(mine)


class ReadableManager(models.Manager["Incident"]):
    """Incidents for whoever reads: a confidential one is not there for people outside its circle."""

    def get_queryset(self) -> models.QuerySet[Incident]:
        """Return the rows this reader may see; for the program itself all."""
        who, rows = reader(), super().get_queryset()
        return rows if who is None else rows.filter(open_to(who))
