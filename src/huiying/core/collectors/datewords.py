"""The words that dates are written with, and what each of them means."""

from __future__ import annotations

import re
from collections.abc import Mapping

_MONTH_NAMES = (
    "january jan janvier janv januar jänner janeiro enero ene gennaio gen gener января января янв ocak styczeń stycznia ιαν",
    "february feb février fevrier févr februar fevereiro fev febrero febbraio февраля фев şubat luty lutego φεβ",
    "march mar mars märz maerz mrz mär março marzo maart mrt марта мар mart marzec marca μαρ",
    "april apr avril avr abril abr aprile апреля апр nisan kwiecień kwietnia απρ",
    "may mai maio mayo maggio mag mei мая май mayıs maj maja μαϊ",
    "june jun juin juni junho junio giugno giu июня июн haziran czerwiec czerwca ιουν",
    "july jul juillet juil juli julho julio luglio lug июля июл temmuz lipiec lipca ιουλ",
    "august aug août aout agosto ago augustus августа авг ağustos sierpień sierpnia αυγ",
    "september sep sept septembre setembro set septiembre settembre сентября сен сент eylül wrzesień września σεπ",
    "october oct octobre oktober okt outubro out octubre ottobre ott октября окт ekim październik października οκτ",
    "november nov novembre novembro noviembre ноября ноя нояб kasım listopad listopada νοε",
    "december dec décembre decembre déc dezember dez dezembro diciembre dic dicembre декабря дек aralık grudzień grudnia δεκ",
)  # fmt: skip
MONTHS: Mapping[str, int] = {word: number for number, names in enumerate(_MONTH_NAMES, 1) for word in names.split()}

#: Hours east of Greenwich of the names that RFC 822 and Asian writers use. CST is decided by the source's own zone.
ZONES: Mapping[str, float] = {
    **dict.fromkeys(("z", "utc", "gmt", "ut", "wet"), 0),
    "est": -5,
    "edt": -4,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
    "akst": -9,
    "akdt": -8,
    "hst": -10,
    "nst": -3.5,
    "ast": -4,
    "adt": -3,
    "bst": 1,
    "ist": 5.5,
    "cet": 1,
    "cest": 2,
    "mez": 1,
    "mesz": 2,
    "met": 1,
    "eet": 2,
    "eest": 3,
    "msk": 3,
    "west": 1,
    "sgt": 8,
    "hkt": 8,
    "myt": 8,
    "pht": 8,
    "awst": 8,
    "jst": 9,
    "kst": 9,
    "ict": 7,
    "wib": 7,
    "pkt": 5,
    "gst": 4,
    "acst": 9.5,
    "aest": 10,
    "aedt": 11,
    "nzst": 12,
    "nzdt": 13,
    "cct": 8,
    "sast": 2,
    "brt": -3,
    "北京时间": 8,
    "北京時間": 8,
    "中国标准时间": 8,
    "中國標準時間": 8,
    "台北時間": 8,
    "日本時間": 9,
}

WEEKDAYS = re.compile(
    r"[(（\[]?\s*(?:星期[一二三四五六日天]|[周週][一二三四五六日]|[月火水木金土日]曜日?|[일월화수목금토]요일)\s*[)）\]]?[,，]?"
    r"|[(（]\s*[月火水木金土日一二三四五六일월화수목금토]\s*[)）]"
    r"|(?<![^\W\d_])(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
    r"|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|mo|di|mi|do|fr|sa|so"
    r"|lun(?:di)?|mardi|mer(?:credi)?|jeu(?:di)?|ven(?:dredi)?|sam(?:edi)?|dim(?:anche)?"
    r"|пн|вт|ср|чт|пт|сб|вс)(?![^\W\d_])\.?,?"
)

LABELS = re.compile(
    r"^\s*(?:发布时间|發佈時間|發布時間|发表时间|更新时间|更新時間|刊登时间|日期|時間|时间|发布于|发表于|發表於|發佈於|更新于|编辑于|公開日時|公開日|更新日時|更新日|掲載日|配信"
    r"|posted(?: on| at)?|published(?: on| at)?|updated(?: on| at)?|last modified|date)\s*[:：]?\s*"
)

MORNING = frozenset(["上午", "午前", "早上", "早晨", "清晨", "早", "오전", "am", "a.m.", "a.m"])
AFTERNOON = frozenset(["下午", "午後", "午后", "傍晚", "오후", "pm", "p.m.", "p.m"])
NIGHT = frozenset(["晚上", "晚间", "晚間", "夜里", "夜間", "夜", "晚", "深夜"])
NOON = frozenset(("中午",))
SMALL_HOURS = frozenset(["凌晨", "未明"])
HALVES = "|".join(re.escape(word) for word in sorted(MORNING | AFTERNOON | NIGHT | NOON | SMALL_HOURS, key=len, reverse=True))

#: Days before today.
DAYS: Mapping[str, int] = {
    **dict.fromkeys(["今天", "今日", "本日", "today", "오늘", "heute", "aujourd'hui", "hoy"], 0),
    **dict.fromkeys(["昨天", "昨日", "昨", "yesterday", "어제", "gestern", "hier", "ayer"], 1),
    **dict.fromkeys(["前天", "前日", "一昨日", "おととい", "그저께", "그제", "vorgestern"], 2),
    **dict.fromkeys(["大前天", "大前日"], 3),
}

NOW_WORDS = frozenset(
    [
        "刚刚", "剛剛", "刚才", "剛才", "现在", "現在", "たった今", "さっき", "방금", "now", "just-now", "moments-ago", "a-moment-ago",
        "gerade-eben",
    ],
)  # fmt: skip

#: Seconds of one unit; months and years go by the calendar.
UNITS: Mapping[str, int] = {
    **dict.fromkeys(["秒", "秒钟", "秒鐘", "second", "seconds", "sec", "secs", "s", "초"], 1),
    **dict.fromkeys(["分", "分钟", "分鐘", "minute", "minutes", "min", "mins", "m", "분"], 60),
    **dict.fromkeys(["刻钟", "刻鐘", "刻"], 900),
    **dict.fromkeys(["小时", "小時", "个小时", "個小時", "鐘頭", "钟头", "时间", "時間", "hour", "hours", "hr", "hrs", "h", "시간"], 3600),
    **dict.fromkeys(["天", "日", "day", "days", "d", "일"], 86_400),
    **dict.fromkeys(["周", "週", "星期", "个星期", "個星期", "个礼拜", "週間", "week", "weeks", "wk", "wks", "w", "주"], 7 * 86_400),
}
MONTH_UNITS = frozenset(["个月", "個月", "月", "か月", "ヶ月", "ヵ月", "カ月", "month", "months", "mo", "개월"])
YEAR_UNITS = frozenset(["年", "year", "years", "yr", "yrs", "년"])

DIGITS: Mapping[str, int] = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "兩": 2}
SPELT_NUMBER = re.compile(
    r"[〇零一二三四五六七八九十两兩廿]+(?=\s*(?:年|月|[日号號](?!本)|时|時|点|點|分|秒|刻|小|个|個|天|周|週|星期|鐘|钟|か月|ヶ月))"
)


def number_of(spelt: str) -> int:
    """Return the number that Chinese numerals spell, digit by digit or with ten.

    >>> number_of("二〇二六"), number_of("十一"), number_of("二十三"), number_of("两")
    (2026, 11, 23, 2)
    """
    spelt = spelt.replace("廿", "二十")
    if "十" in spelt:
        tens, _ten, ones = spelt.partition("十")
        return (number_of(tens) if tens else 1) * 10 + (number_of(ones) if ones else 0)
    value = 0
    for digit in spelt:
        value = value * 10 + DIGITS[digit]
    return value
