"""Tell people, deliver what is told, and keep the ways by which they are reached."""

from .delivery import deliver_next, outbox_deliver
from .telling import message_retry, messages_cancel, messages_mark_read, notify
from .ways import way_add, way_prove, way_remove, way_set_delay, way_switch, way_test
from .webhooks import webhook_add, webhook_key, webhook_set_active

__all__ = [
    "deliver_next",
    "message_retry",
    "messages_cancel",
    "messages_mark_read",
    "notify",
    "outbox_deliver",
    "way_add",
    "way_prove",
    "way_remove",
    "way_set_delay",
    "way_switch",
    "way_test",
    "webhook_add",
    "webhook_key",
    "webhook_set_active",
]
