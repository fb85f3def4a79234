"""What the analysis is configured with: frozen values, named by their content hash."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from functools import cached_property
from importlib import resources as package_files

import xxhash

_HOUR_US = 3_600_000_000

#: Words that carry no story of their own; they start with a large document frequency instead of being cut out.
COMMON_EN = """
a about after again all also am an and any are as at back be because been before being but by can could day did do does for from
get go good got had has have he her here him his how i if in into is it its just know like make may me more most my new no not now
of off on one only or other our out over people said say says see she should so some than that the their them then there these
they this time to today too two up us very via want was way we well were what when where which who why will with would year years
you your amp rt http https com www
"""
COMMON_ZH = """
一个 我们 这个 没有 什么 自己 他们 可以 就是 不是 现在 已经 还是 但是 如果 因为 所以 知道 时候 觉得 真的 大家
今天 昨天 明天 怎么 为什 起来 出来 这样 那么 可能 应该 还有 这些 那些 非常 很多 一下 一些 一样 一直 只是 而且
或者 然后 之后 之前 以后 开始 进行 通过 对于 关于 以及 其中 同时 目前 表示 认为 希望 需要 成为 作为 根据 不要
不能 不会 都是 也是 还要 就会 这么 那个 你们 她们 我的 你的 他的 她的 的人 的时 是一 了一 在这 有一 一次 一种
这种 是不 看到 感觉 朋友 视频 微博 全文 展开 网友 转发 年月 月日 日的 小时 分钟 记者 发布 消息 据悉 近日 日前
介绍 一年 这是 也有 都有 不了 多的 的是 的一 上的 中的 里的 来的 到了 了解 是我 我是 你是 他是 人的 不知 知道
"""


def shipped_gate() -> str:
    """Return the gate that ships with the program; ``models/README.md`` says what it was trained on."""
    return package_files.files(__package__).joinpath("models/stories.json").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Resources:
    """Sizes and thresholds of the fold. Scores are cosines, 0..1; times are microseconds of event time."""

    #: Hash space of words and bigrams (2^18) and, above it, of hashtags (2^14): collisions below 1 % at 10^5 live terms.
    term_bits: int = 18
    tag_bits: int = 14
    #: Terms kept of one post, chosen by smallest hash so that copies keep the same ones; 256 covers 99.9 % of Weibo posts.
    terms_max: int = 256
    #: Characters of title and text that are read; the lead carries the matter and a hostile megabyte costs nothing.
    text_max: int = 1500
    #: Texts (not copies) that new posts are compared with one by one.
    window_posts: int = 16_384
    #: Open stories; the one without a post for the longest time makes room. Five days of 2 stories a minute, twice over.
    stories_max: int = 32_768
    #: Newest texts and newest stories remembered for each term: enough for every live story, and the bound of the work for one post.
    postings_max: int = 64
    story_postings_max: int = 32
    #: Match keys of exact texts that are remembered.
    keys_max: int = 65_536
    #: Authors counted exactly in one story; above it the count is estimated by adaptive sampling (error about 3 %).
    authors_exact: int = 1_024
    #: Weight of a term: idf to this power; steeper than the usual square, measured on weibo_topics (B3 .485 -> .491).
    weight_power: float = 2.5
    #: Terms below this idf (in one text of five) are not looked up at all.
    idf_min: float = 1.5
    #: Weight of a shared hashtag against a word as rare as it.
    tag_weight: int = 2
    #: score = centroid_share x centroid cosine + the rest x nearest cosine. Source: measured, evals/.
    centroid_share: float = 0.6
    #: Whether a text joins the story that scores best is decided by this gate (JSON, see ``gate``).
    gate: str = field(default_factory=shipped_gate)
    #: A story that still has so few texts after so many further texts is judged once more, and merged above this log-odds (millionths).
    look_after: int = 700
    look_texts: int = 3
    merge_at: int = 300_000
    #: Stories of 4, 8, 16 ... texts are merged from this cosine of their centroids; where both carry hashtags, or both have so many
    #: texts, from the second.
    #: Source: measured, evals/ (B3 .506 -> .523 on posts without hashtags, .913 -> .928 on headlines).
    join_at: float = 0.16
    join_sure_at: float = 0.35
    join_large_texts: int = 12
    #: Cosine with one text from which a post is its copy, where one of them has fewer terms than these the second (of a short remark the
    #: one word that differs is the point); and share of the shorter text that is contained in the other.
    copy_at: float = 0.62
    copy_short_at: float = 0.82
    copy_terms: int = 16
    contained_at: float = 0.92
    #: Containment needs this many terms in the shorter text, or every short remark would be a copy of a long one.
    contained_terms: int = 16
    #: A quiet story stops taking posts after this time: an answer after five days is a new matter.
    quiet_us: int = 120 * _HOUR_US
    #: The score halves for every this much silence, so that yesterday's story loses against today's.
    half_life_us: int = 24 * _HOUR_US
    #: Parts the posts are routed to; ``merge`` joins their stories.
    shards: int = 1
    #: Virtual past: the stream starts as if so many posts had been seen, so that rare and common differ from post one.
    prior_posts: int = 2_000
    prior_common: int = 250
    #: Document frequencies are halved when so many posts were seen: the language of last month fades.
    halve_at: int = 200_000
    #: Only so many texts of one story count for how common words are: a flood does not make its own words common.
    learn_texts: int = 256
    common_en: str = COMMON_EN
    common_zh: str = COMMON_ZH

    @property
    def terms(self) -> int:
        """Return the size of the whole term space."""
        return (1 << self.term_bits) + (1 << self.tag_bits)

    @cached_property
    def digest(self) -> str:
        """Return the content hash that names these resources in a state and in the log."""
        return xxhash.xxh3_128_hexdigest(repr(sorted(asdict(self).items())).encode())


DEFAULT = Resources()
