"""What a person fills in about the outbox and about the ways by which people are reached."""

from __future__ import annotations

from typing import Any  # Django's own arguments and values

from django import forms
from django.utils.translation import gettext_lazy as _

from .rules import CHANNELS_OF, PER_MINUTE, Channel, Owner


class WebhookForm(forms.Form):
    """Another system that wants to be told."""

    name = forms.CharField(label=_("Name"), max_length=80)
    url = forms.URLField(
        label=_("Address"),
        max_length=500,
        assume_scheme="https",
        help_text=_("It gets a signed POST (Standard Webhooks) for each message."),
    )


_ROBOT = _("The whole address that the group shows when the robot is added. It is sealed and not shown again.")
_SECRET = _("Only when the robot was set to sign (加签).")
_Asked = tuple[str, Any, Any, bool]  # Any: words put into a language later
#: field, label, help, needed
ASKED: dict[Channel, tuple[_Asked, ...]] = {
    Channel.WECOM: (("url", _("Robot address"), _ROBOT, True),),
    Channel.DINGTALK: (("url", _("Robot address"), _ROBOT, True), ("secret", _("Signing key"), _SECRET, False)),
    Channel.FEISHU: (("url", _("Robot address"), _ROBOT, True), ("secret", _("Signing key"), _SECRET, False)),
    Channel.SMS: (("number", _("Telephone number"), "", True),),
    Channel.TELEGRAM: (
        ("token", _("Token of the bot"), _("@BotFather shows it. It is sealed and not shown again."), True),
        ("chat", _("Chat"), _("The number of the chat, or @ and the name of a channel."), True),
    ),
    Channel.EMAIL: (("address", _("E-mail address"), "", True),),
    Channel.APPRISE: (
        ("url", _("Apprise address"), _("For instance bark://…, ntfys://…, slack://…. It is sealed and not shown again."), True),
    ),
}
ASKED_OF_GATEWAY: tuple[_Asked, ...] = (
    ("url", _("Address"), _("May hold {number}, {text}, {url} and {id}."), True),
    ("method", _("Method"), _("GET or POST."), True),
    ("body", _("Fields"), _("What is posted, as a=b&c=d or JSON, with {number}, {text}, {url} and {id}."), False),
    ("header", _("Header"), _("For instance Authorization: Bearer …. It is sealed and not shown again."), False),
    ("expect", _("A good answer contains"), _('For instance "code":0. Empty: any answer with status 2xx is good.'), False),
)


class WayForm(forms.Form):
    """A way to reach somebody; which fields depends on the channel."""

    label = forms.CharField(label=_("Name"), max_length=80, required=False, help_text=_("How you call it, for instance “duty telephone”."))

    def __init__(self, owner: Owner, channel: Channel, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner, self.channel = owner, channel
        self.asked = ASKED_OF_GATEWAY if owner == Owner.GATEWAY else ASKED[channel]
        for name, label, help_text, needed in self.asked:
            widget = forms.Textarea(attrs={"rows": 3}) if name == "body" else forms.TextInput(attrs={"autocomplete": "off"})
            initial = "POST" if name == "method" else None
            self.fields[name] = forms.CharField(
                label=label, help_text=help_text, required=needed, max_length=2000, widget=widget, initial=initial
            )
        if owner == Owner.PERSON:
            self.fields["after_minutes"] = forms.IntegerField(
                label=_("Minutes after the alarm"),
                initial=0,
                min_value=0,
                help_text=_("0 is at once. Later ways rest when somebody has answered."),
            )
        else:
            self.fields["per_minute"] = forms.IntegerField(
                label=_("At most, messages a minute"),
                initial=PER_MINUTE[channel],
                min_value=0,
                help_text=_("0 is no limit. What is over waits its turn."),
            )

    def values(self) -> dict[str, Any]:
        """Return what ``way_add`` takes."""
        data = dict(self.cleaned_data)
        numbers: dict[str, Any] = {name: data.pop(name) for name in ("after_minutes", "per_minute") if name in data}
        return {"owner": self.owner, "channel": self.channel, "label": data.pop("label"), "fields": data, **numbers}


def asked_channel(owner: Owner, text: str) -> Channel | None:
    """Return the channel a reader chose, if this owner may have it."""
    return Channel(text) if text in CHANNELS_OF[owner] else None
