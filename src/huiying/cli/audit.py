"""``huiying audit``: prove that the log is whole."""

from __future__ import annotations

import click

from .output import json_option, prepare_django, tell


@click.group()
def audit() -> None:
    """Look after the append-only log."""


@audit.command()
@click.option("--head", default="", metavar="DIGEST", help="A fingerprint noted earlier: it must still be in the chain.")
@json_option
@click.pass_context
def verify(ctx: click.Context, head: str, as_json: bool) -> None:
    """Walk the whole chain; end with 1 when an entry was changed, removed or cut off.

    A cut-off end leaves a shorter whole chain: only a fingerprint noted outside shows it (--head).
    """
    prepare_django()
    from huiying.base.audit.selectors import has_digest
    from huiying.base.audit.selectors import verify as walk

    result = walk()
    head_found = has_digest(head) if head else None
    is_whole = result.broken_at is None and head_found is not False
    if result.broken_at is not None:
        text = f"The chain breaks at entry {result.broken_at} of {result.entries}: it or one before it was changed outside the program."
    elif head_found is False:
        text = f"The fingerprint {head} is not in the chain: entries were cut off or the log was replaced."
    else:
        text = f"The chain is whole: {result.entries} entries, newest fingerprint {result.head}."
    answer = {"whole": is_whole, "entries": result.entries, "head": result.head, "broken_at": result.broken_at, "head_found": head_found}
    tell(answer, text, as_json=as_json)
    ctx.exit(0 if is_whole else 1)
