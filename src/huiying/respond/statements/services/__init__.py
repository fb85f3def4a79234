"""Every write of this room, by the thing it changes."""

from .commitments import commitment_break, commitment_keep
from .facts import fact_add, fact_verify, fact_withdraw
from .gates import (
    approvals_expire,
    statement_approve,
    statement_check,
    statement_legal,
    statement_reject,
    statement_renew,
    statement_return,
    statement_submit,
)
from .releases import statement_publish, statement_withdraw
from .texts import holding_draft, statement_correct, statement_draft, statement_write

__all__ = [
    "approvals_expire",
    "commitment_break",
    "commitment_keep",
    "fact_add",
    "fact_verify",
    "fact_withdraw",
    "holding_draft",
    "statement_approve",
    "statement_check",
    "statement_correct",
    "statement_draft",
    "statement_legal",
    "statement_publish",
    "statement_reject",
    "statement_renew",
    "statement_return",
    "statement_submit",
    "statement_withdraw",
    "statement_write",
]
