"""A sending process for the crash test: ``crash_sender.py fill PORT|send|count``."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime, timedelta

import huiying.config.settings as full  # first of all: puts the wheel's SQLite in place

import django  # isort: skip
from django.conf import settings  # isort: skip

ROOMS = ("huiying.base.ui", "huiying.base.audit", "huiying.base.accounts", "huiying.base.jobs", "huiying.base.notify")
chosen = {name: getattr(full, name) for name in dir(full) if name.isupper()}
chosen["INSTALLED_APPS"] = ["django.contrib.auth", "django.contrib.contenttypes", *ROOMS]  # few: it is started often
settings.configure(**chosen)
django.setup()

from django.core.management import call_command  # noqa: E402

from huiying.base.audit.rules import SYSTEM  # noqa: E402
from huiying.base.notify import services  # noqa: E402
from huiying.base.notify.models import Address, Message  # noqa: E402
from huiying.base.notify.rules import TO_SEND, Channel, MessageState, Owner  # noqa: E402
from huiying.base.notify.services import delivery  # noqa: E402

MESSAGES = 60
setattr(delivery, "CLAIM", timedelta(seconds=3))  # noqa: B010  short, so that a killed sender's message comes back in the test's time


def fill() -> None:
    """Make the tables, a robot without a limit, and its messages."""
    call_command("migrate", "notify", verbosity=0)
    call_command("migrate", "audit", verbosity=0)
    now = datetime.now(UTC)
    fields = {"url": f"http://127.0.0.1:{sys.argv[2]}/send?key=abc"}
    services.way_add(actor=SYSTEM, now=now, owner=Owner.ORGANISATION, channel=Channel.WECOM, fields=fields, per_minute=0)
    Address.objects.update(verified_at=now)
    for number in range(MESSAGES):
        key = f"m{number}"
        services.notify(now=now, person_ids=[], text=key, url="", key=key, exercise=False, channels=("organisation",))


def send() -> None:
    """Send until nothing waits and nothing is on its way."""
    open_states = (*TO_SEND, MessageState.SENDING.value)
    while Message.objects.filter(state__in=open_states).exists():
        if services.deliver_next(now=datetime.now(UTC)) is None:
            time.sleep(0.05)


def count() -> None:
    """Print the state of each message and whether it perhaps arrived twice."""
    rows = Message.objects.values_list("key", "state", "perhaps_twice")
    print(json.dumps({key: [state, twice] for key, state, twice in rows}))


{"fill": fill, "send": send, "count": count}[sys.argv[1]]()
