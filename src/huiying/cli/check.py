"""``huiying check``: what is wrong with this set-up, and how to mend it."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from .output import json_option, prepare_django, tell


@click.command()
@click.option("--running", is_flag=True, help="Also expect the worker and the collector to be running.")
@json_option
@click.pass_context
def check(ctx: click.Context, running: bool, as_json: bool) -> None:
    """Look at the set-up and say what is wrong and how to mend it; ends with 1 when something is."""
    prepare_django()
    from huiying.config.checks import Finding, running_findings, start_findings

    findings: list[Finding] = list(start_findings())
    is_up_to_date = all(finding.is_ok for finding in findings if finding.name == "database")
    if running and is_up_to_date:
        findings += running_findings(datetime.now(UTC))
    lines = [
        f"{'ok   ' if f.is_ok else 'WRONG'}  {f.sentence}" + (f"\n       {f.mend}" if f.mend and not f.is_ok else "") for f in findings
    ]
    wrong = [finding for finding in findings if not finding.is_ok]
    rows = [{"name": f.name, "ok": f.is_ok, "sentence": f.sentence, "mend": "" if f.is_ok else f.mend} for f in findings]
    lines.append(f"{len(wrong)} of {len(findings)} need attention." if wrong else f"All {len(findings)} are in order.")
    tell({"ok": not wrong, "findings": rows}, "\n".join(lines), as_json=as_json)
    ctx.exit(1 if wrong else 0)
