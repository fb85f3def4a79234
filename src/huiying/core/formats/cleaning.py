"""Make foreign text storable, and mask what points at a person (pure)."""

from __future__ import annotations

import re

_CONTROL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127))
_HAS_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")

#: Nothing below can match a text without one of these, which spares most posts the five passes.
_PROVINCE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
_SUSPECT = re.compile(r"[@＠]|\d[\d\s\-]{5,}\d|[路街道巷弄村同园苑区厦栋幢]\s{0,2}\w{0,6}?\d{1,5}\s?[号號弄栋幢]|" + _PROVINCE + "[A-Z]")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}[@＠][A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}", re.ASCII)
_HANDLE = re.compile(r"[@＠](?!user\b)[\w\-·]{1,40}")
_IDENTITY = re.compile(r"(?<!\d)[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?![\dA-Za-z])")
_MOBILE = re.compile(r"(?<!\d)(?:(?:\+|00)?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)")
_LANDLINE = re.compile(r"(?<![\d-])[(（]?0(?:10|2\d|[3-9]\d{2})[)）]?[\s-]?[2-8]\d{2,3}[\s-]?\d{4}(?!\d)")
_INTERNATIONAL = re.compile(r"(?<![\d+])\+(?!86)\d{1,3}[\s-]?(?:\d[\s-]?){6,12}\d(?!\d)")
_PLATE = re.compile(_PROVINCE + r"[A-HJ-NP-Z][\s·•]?(?=[A-Z]{0,5}\d)[A-HJ-NP-Z0-9]{5,6}(?![A-Za-z0-9])")
_DOOR = re.compile(
    r"(?P<street>[\u4e00-\u9fff]{1,8}(?:路|街|大道|巷|弄|胡同|村|园|苑|小区|大厦))\s{0,2}\d{1,5}\s?(?:号|號|弄)(?!线)"
    r"(?:院|楼)?(?:\s?[\dA-Za-z]{1,4}\s?(?:号楼|栋|幢|座|单元|室|楼|号|户)){0,4}"
)
_BLOCK = re.compile(
    r"(?<![\dA-Za-z])[\dA-Za-z]{1,4}\s?(?:栋|幢|座|号楼)\s?[\dA-Za-z一二三四五六七八九十]{1,3}\s?单元(?:\s?\d{1,5}\s?(?:室|号|户))?"
)
_STREET_EN = re.compile(
    r"(?<![\w])\d{1,5}\s(?:[A-Z][a-z]{1,20}\s){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Close|Court)\b\.?"
    r"(?:,?\s(?:Apt|Flat|Unit)\.?\s?\w{1,5})?"
)
_STREET_HINT = re.compile(r"\d\s[A-Z][a-z]|单元")


def clean(text: str) -> str:
    """Return the text without NUL and other control characters; a lone surrogate becomes U+FFFD.

    >>> clean("a\\x00b\\ud83d")
    'ab\\ufffd'
    """
    if not _HAS_CONTROL.search(text):
        return text
    return _SURROGATE.sub("\ufffd", text).translate(_CONTROL)


def mask(text: str) -> str:
    """Replace phone and identity numbers, e-mail and street addresses, plates and handles by what they were.

    >>> mask("请拨13800138000 找@张三 或 a.b@example.com")
    '请拨[phone] 找@user 或 [email]'
    """
    if _SUSPECT.search(text):
        if "@" in text or "＠" in text:
            text = _EMAIL.sub("[email]", text)
            text = _HANDLE.sub("@user", text)
        text = _IDENTITY.sub("[id]", text)
        text = _MOBILE.sub("[phone]", text)
        text = _LANDLINE.sub("[phone]", text)
        text = _INTERNATIONAL.sub("[phone]", text)
        text = _PLATE.sub("[plate]", text)
        text = _DOOR.sub(r"\g<street>[address]", text)
    if _STREET_HINT.search(text):
        text = _BLOCK.sub("[address]", text)
        text = _STREET_EN.sub("[address]", text)
    return text
