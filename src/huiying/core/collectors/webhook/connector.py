"""A webhook as a kind of source: how its callers prove themselves, and how their JSON is read."""

from __future__ import annotations

from collections.abc import Mapping

from ..addresses import FetchError
from ..contract import Answer, Ask, BadOption, Json, Kind, Mode, Option
from ..hotlist.mapping import ListMapping, read_mapping
from .verification import LEAST_SECRET

_SECRET_HELP = {
    "en": "whsec_ and base64, as Standard Webhooks writes it, or any text of 24 characters or more.",
    "zh-Hans": "按 Standard Webhooks 写作 whsec_ 加 base64，或任意 24 个字符以上的文字。",
}


class Webhook:
    """A caller that sends us what it has."""

    key = "webhook"
    label: Mapping[str, str] = {"en": "incoming webhook", "zh-Hans": "推送接口（webhook）"}
    mode = Mode.PUSH
    options = (
        Option("secret", {"en": "Secret of the signature", "zh-Hans": "签名密钥"}, _SECRET_HELP, secret=True),
        Option(
            "previous_secret",
            {"en": "Secret before this one", "zh-Hans": "上一个签名密钥"},
            {"en": "Still valid while the sender changes over; then empty it.", "zh-Hans": "更换期间仍然有效，换完请清空。"},
            secret=True,
        ),
        Option(
            "token",
            {"en": "Token", "zh-Hans": "令牌"},
            {
                "en": "For senders that cannot sign: sent as “Authorization: Bearer …”. Ignored when there is a secret.",
                "zh-Hans": "供不能签名的发送方使用：以“Authorization: Bearer …”发送。设有签名密钥时不起作用。",
            },
            secret=True,
        ),
        Option(
            "mapping",
            {"en": "Mapping", "zh-Hans": "字段映射"},
            {
                "en": "Where the records are in the sender's JSON, as for hot lists; empty: the fields id, ts, title, text, url, author.",
                "zh-Hans": "说明发送方 JSON 中记录的位置，写法同热榜映射；不填则按 id、ts、title、text、url、author 读取。",
            },
            kind=Kind.LONG,
        ),
    )
    signals_deletions = False
    terms: Mapping[str, str] = {
        "en": "Check that there is an agreement with the sender about what it sends, and that it sends no more personal data than needed.",
        "zh-Hans": "确认与发送方就推送内容有约定，并且不推送超出需要的个人信息。",
    }

    def check(self, url: str, options: Mapping[str, Json]) -> None:
        """Refuse a webhook that nobody could prove himself to; raises BadOption."""
        if url:
            raise BadOption("url", url, "nothing: the sender is given an address of ours")
        if not options.get("secret") and not options.get("token"):
            raise BadOption("secret", "", "a secret or a token is required")
        for name in ("secret", "previous_secret", "token"):
            value = str(options.get(name) or "")
            if value and (len(value.removeprefix("whsec_")) < LEAST_SECRET or not value.isprintable() or " " in value):
                raise BadOption(name, "…", f"at least {LEAST_SECRET} characters without spaces")
        self.mapping(options)

    def mapping(self, options: Mapping[str, Json]) -> ListMapping | None:
        """Return the mapping of the sender's JSON, if there is one; raises BadOption."""
        text = str(options.get("mapping") or "")
        return read_mapping(text) if text.strip() else None

    async def poll(self, ask: Ask) -> Answer:
        """Refuse: nobody can be asked, the sender calls us."""
        raise FetchError("not_polled", self.key)
