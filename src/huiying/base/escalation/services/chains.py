"""Edit chains; what is unfit is refused before it can hurt."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.selectors import person as person_of
from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import BadInput

from ..models import StoredChain
from ..rules import Chain, Step, Target, chain_faults, levels
from ..selectors import chains
from ..wording import fault_text


@transaction.atomic
def chain_save(*, actor: Actor, now: datetime, chain: Chain) -> Chain:
    """Put a chain into force; runs under way keep the steps they began with."""
    require(actor, "roster.manage")
    check_chain(chain)
    resort = chain.last_resort.as_dict() if chain.last_resort else None
    values = {
        "steps": [step.as_dict() for step in chain.steps], "last_resort": resort, "hands_to": chain.hands_to,
        "answer_minutes": chain.answer_minutes, "changed_at": now,
    }  # fmt: skip
    StoredChain.objects.update_or_create(subject_kind=chain.subject_kind, level=chain.level, defaults=values)
    detail: dict[str, object] = {"steps": values["steps"], "last_resort": resort, "hands_to": chain.hands_to}
    _record(chain.subject_kind, chain.level, "chain.save", actor, now, detail)
    return chain


@transaction.atomic
def chain_reset(*, actor: Actor, now: datetime, subject_kind: str, level: str) -> None:
    """Go back to the chain that came with the program."""
    require(actor, "roster.manage")
    StoredChain.objects.filter(subject_kind=subject_kind, level=level).delete()
    _record(subject_kind, level, "chain.reset", actor, now, {})


def check_chain(chain: Chain) -> None:
    """Refuse a chain that is unfit: empty, in a loop, or with a step that cannot be done; every fault is named."""
    if chain.level not in levels():
        raise BadInput(_("“%(level)s” is no level: use one of %(levels)s.") % {"level": chain.level, "levels": ", ".join(levels())})
    others = chains(chain.subject_kind) | {chain.level: chain}
    texts = [fault_text(fault) for fault in chain_faults(chain, others)]
    for number, step in enumerate((*chain.steps, *([chain.last_resort] if chain.last_resort else [])), 1):
        if _is_nobody(step):
            texts.append(_("Step %(number)s: there is no such person, or they have left.") % {"number": number})
    if texts:
        raise BadInput(" ".join(texts))


def _is_nobody(step: Step) -> bool:
    return step.to.startswith(Target.PERSON) and step.value.isdigit() and person_of(int(step.value)) is None


def _record(subject_kind: str, level: str, verb: str, actor: Actor, now: datetime, detail: dict[str, object]) -> None:
    record(actor=actor, verb=verb, subject=("chain", f"{subject_kind}/{level}"), now=now, detail=detail)
