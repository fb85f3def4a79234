"""``{{ reason|in_words }}``: what a reader of core said, ``{{ channel|channel_words }}``: a channel, in the language of the page."""

from __future__ import annotations

from django import template

from ..saying import in_words
from ..wording import channel_words

register = template.Library()
register.filter("in_words", in_words)
register.filter("channel_words", channel_words)
