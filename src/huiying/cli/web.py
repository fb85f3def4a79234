"""``huiying web``: the pages."""

from __future__ import annotations

import sys

import click

from .output import json_option, prepare_django, tell
from .worker import supervised_option

#: Seconds that open requests get to end after SIGTERM.
GRACE_SECONDS = 3


@click.command()
@supervised_option
@json_option
def web(supervised: bool, as_json: bool) -> None:
    """Serve the pages at HUIYING_HOST:HUIYING_PORT. Stops on SIGTERM."""
    prepare_django()
    import uvicorn
    from django.conf import settings

    if supervised and not sys.stdin.readline():  # loaded; the line says that the database is ready, the end that nobody is there
        return
    from huiying.config.asgi import application

    uvicorn.run(
        application,
        host=str(settings.ENV["HUIYING_HOST"]),
        port=int(str(settings.ENV["HUIYING_PORT"])),
        lifespan="off",
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=20,
        ws="none",
    )
    tell({"role": "web", "stopped": True}, "web stopped", as_json=as_json)
