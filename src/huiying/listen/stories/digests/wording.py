"""Words for what a question wants and is about, why a claim is worth checking, what texts show, and what they are worded like."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

KINDS: dict[str, Promise] = {
    "when": pgettext_lazy("question", "when"),
    "where": pgettext_lazy("question", "where"),
    "who": pgettext_lazy("question", "who"),
    "why": pgettext_lazy("question", "why"),
    "how_much": pgettext_lazy("question", "how much"),
    "how": pgettext_lazy("question", "how"),
    "whether": pgettext_lazy("question", "yes or no"),
    "what": pgettext_lazy("question", "what"),
    "demand": pgettext_lazy("question", "demand"),
}
SLOTS: dict[str, Promise] = {
    "time": pgettext_lazy("question", "time"),
    "place": pgettext_lazy("question", "place"),
    "safety": pgettext_lazy("question", "safety"),
    "compensation": pgettext_lazy("question", "compensation"),
    "cause": pgettext_lazy("question", "cause"),
    "responsible": pgettext_lazy("question", "who is responsible"),
    "supply": pgettext_lazy("question", "supply"),
    "relief": pgettext_lazy("question", "relief"),
    "harm": pgettext_lazy("question", "harm to people"),
    "information": pgettext_lazy("question", "information"),
    "school": pgettext_lazy("question", "school"),
    "doctor": pgettext_lazy("question", "medical help"),
    "supplier": pgettext_lazy("question", "supplier"),
    "apology": pgettext_lazy("question", "apology"),
    "money": pgettext_lazy("question", "prices"),
}
GROUNDS: dict[str, Promise] = {
    "figure": pgettext_lazy("claim", "figure"),
    "cause": pgettext_lazy("claim", "cause"),
    "accusation": pgettext_lazy("claim", "accusation"),
    "hearsay": pgettext_lazy("claim", "hearsay"),
}
FEELINGS: dict[str, Promise] = {
    "positive": pgettext_lazy("mood", "positive"),
    "negative": pgettext_lazy("mood", "negative"),
    "happy": pgettext_lazy("mood", "glad"),
    "angry": pgettext_lazy("mood", "angry"),
    "sad": pgettext_lazy("mood", "sad"),
    "fear": pgettext_lazy("mood", "afraid"),
    "surprise": pgettext_lazy("mood", "surprised"),
    "neutral": pgettext_lazy("mood", "neutral"),
}
RUMOUR_LIKE: dict[str, Promise] = {
    "rather": pgettext_lazy("rumour-like", "rather rumour-like"),
    "somewhat": pgettext_lazy("rumour-like", "somewhat rumour-like"),
    "hardly": pgettext_lazy("rumour-like", "hardly rumour-like"),
}
RUMOUR_PARTS: dict[str, Promise] = {
    "post": pgettext_lazy("rumour-like", "wording of the post"),
    "replies": pgettext_lazy("rumour-like", "wording of the posts after it"),
}
