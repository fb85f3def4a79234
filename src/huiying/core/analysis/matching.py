"""Which open story fits a text: the loops over the postings, the evidence, and the gate that decides."""

from __future__ import annotations

import math

from .kernel import compiled
from .window import I32, I64, SEEN, Rules, Window

#: Steps of the decay table in one half-life, and of the logarithm in one doubling.
DECAY_STEPS, LOG_STEPS = 64, 256
LOG_BITS = 12
#: What the gate may look at; the order of ``Scratch.evidence``.
EVIDENCE = (
    "centroid cosine",
    "nearest cosine",
    "second nearest cosine",
    "score",
    "score of the runner-up",
    "hours since last",
    "terms",
    "shared hashtag",
    "has hashtag",
    "rarity",
    "rarity a term",
    "posts of the story",
    "hours since first",
)
_ROW = 0xFFFF
#: Cosines are summed as integers of this many steps.
STEPS = 1_000_000


@compiled
def logarithm_of(value: int, rules: Rules) -> int:
    """Return the binary logarithm in steps of 1/256, from a table: the same on every processor."""
    shift = 0
    while value >> shift >= 1 << LOG_BITS:
        shift += 1
    return LOG_STEPS * shift + rules.logarithm[value >> shift]


@compiled
def weigh(terms: I32, count: int, weights: I64, window: Window, rules: Rules) -> int:
    """Fill in the weight of each term, a power of its idf; return their sum. Source: Spärck Jones 1972, with a virtual past."""
    total = 0
    all_texts = logarithm_of(rules.prior + window.counters[SEEN], rules)
    for place in range(count):
        term = terms[place]
        level = max(all_texts - logarithm_of(1 + window.index.frequency[term], rules), 0)
        weight = rules.weight_at[min(level, len(rules.weight_at) - 1)]
        if term >= rules.tag_base:
            weight *= rules.tag_weight
        weights[place] = weight
        total += weight
    return total


@compiled
def row_of(story: int, window: Window) -> int:
    """Return the row of an open story by its name, through merges; -1 when it is closed."""
    row = story & _ROW
    if window.stories.generation[row] != story >> 16:
        return -1
    return window.stories.root[row]


@compiled
def meet_texts(terms: I32, count: int, weights: I64, window: Window) -> int:
    """Sum up the shared weights with every remembered text; return how many texts were met."""
    index, scratch = window.index, window.scratch
    mask = index.texts.shape[1] - 1
    met = 0
    for place in range(count):
        weight = weights[place]
        if weight == 0:
            continue
        term = terms[place]
        start = index.texts_next[term] - index.texts_length[term]
        for step in range(index.texts_length[term]):
            slot = index.texts[term, (start + step) & mask]
            if scratch.dots[slot] == 0:
                scratch.slots[met] = slot
                met += 1
            scratch.dots[slot] += weight
    return met


@compiled
def meet_stories(terms: I32, count: int, weights: I64, own: int, window: Window, rules: Rules) -> int:
    """Sum up the shared weights with every remembered story but ``own``; return how many were met."""
    index, stories, scratch = window.index, window.stories, window.scratch
    cap = index.stories.shape[1]
    met = 0
    for place in range(count):
        weight = weights[place]
        if weight == 0:
            continue
        term = terms[place]
        for at in range(min(index.stories_next[term], cap)):
            name = index.stories[term, at]
            row = name & _ROW
            if stories.generation[row] != name >> 16:
                continue
            row = stories.root[row]
            if row == own:
                continue
            if scratch.sums[row] == 0:
                scratch.rows[met] = row
                met += 1
            scratch.sums[row] += weight * index.counts[term, at]
            if term >= rules.tag_base:
                scratch.tags[row] += 1
    return met


@compiled
def nearest_texts(met: int, norm: int, own: int, window: Window) -> tuple[int, float]:
    """Turn sums into cosines, note the two nearest of each story; return the nearest text's slot and cosine."""
    texts, scratch = window.texts, window.scratch
    length = 1.0 / math.sqrt(norm)
    best, best_cosine = -1, 0.0
    for place in range(met):
        slot = scratch.slots[place]
        row = row_of(texts.story[slot], window)
        if row < 0 or row == own:
            continue
        cosine = min(scratch.dots[slot] * texts.inverse[slot] * length, 1.0)
        if cosine > scratch.near[row]:
            scratch.second[row] = scratch.near[row]
            scratch.near[row] = cosine
        elif cosine > scratch.second[row]:
            scratch.second[row] = cosine
        if cosine > best_cosine or (cosine == best_cosine and best >= 0 and texts.seq[slot] < texts.seq[best]):
            best, best_cosine = slot, cosine
    return best, best_cosine


@compiled
def gap_of(row: int, ts: int, window: Window) -> int:
    """Return the silence between a story and a moment, in microseconds."""
    return max(ts - window.stories.last[row], window.stories.first[row] - ts, 0)


@compiled
def choose_story(met: int, norm: int, ts: int, window: Window, rules: Rules) -> tuple[int, float, float]:
    """Return the row of the story that fits best, its score and the runner-up's; of equals the older story."""
    stories, scratch = window.stories, window.scratch
    length = math.sqrt(norm)
    best, best_score, other = -1, 0.0, 0.0
    for place in range(met):
        row = scratch.rows[place]
        gap = gap_of(row, ts, window)
        if gap > rules.quiet:
            continue
        centroid = min(scratch.sums[row] / (length * math.sqrt(stories.norm[row])), 1.0)
        score = rules.share * centroid + (1.0 - rules.share) * scratch.near[row]
        score *= rules.decay[gap * DECAY_STEPS // rules.half_life]
        if score > best_score or (score == best_score and best >= 0 and stories.id[row] < stories.id[best]):
            best, best_score, other = row, score, best_score
        elif score > other:
            other = score
    return best, best_score, other


@compiled
def gather(row: int, score: float, other: float, ts: int, norm: int, count: int, has_tag: bool, window: Window) -> None:
    """Write down the evidence that a text belongs to a story."""
    stories, scratch = window.stories, window.scratch
    out = scratch.evidence
    out[0] = min(scratch.sums[row] / (math.sqrt(norm) * math.sqrt(stories.norm[row])), 1.0)
    out[1] = scratch.near[row]
    out[2] = scratch.second[row]
    out[3] = score
    out[4] = other
    out[5] = gap_of(row, ts, window) / 3.6e9
    out[6] = count
    out[7] = scratch.tags[row] > 0
    out[8] = has_tag
    out[9] = norm
    out[10] = norm / count
    out[11] = stories.posts[row]
    out[12] = max(ts - stories.first[row], 0) / 3.6e9


@compiled
def judge(window: Window, rules: Rules) -> int:
    """Return the gate's verdict on the evidence, in millionths of log-odds: above 0 the text belongs to the story."""
    evidence = window.scratch.evidence
    verdict = 0
    for tree in range(rules.gate_feature.shape[0]):
        node = 0
        while rules.gate_feature[tree, node] >= 0:
            is_below = evidence[rules.gate_feature[tree, node]] <= rules.gate_threshold[tree, node]
            node = rules.gate_next[tree, node, 0 if is_below else 1]
        verdict += rules.gate_value[tree, node]
    return verdict


@compiled
def forget(slots: int, rows: int, window: Window) -> None:
    """Bring the scratch space back to zero."""
    texts, scratch = window.texts, window.scratch
    for place in range(slots):
        slot = scratch.slots[place]
        scratch.dots[slot] = 0
        row = row_of(texts.story[slot], window)
        if row >= 0:
            scratch.near[row] = 0.0
            scratch.second[row] = 0.0
    for place in range(rows):
        row = scratch.rows[place]
        scratch.sums[row] = 0
        scratch.tags[row] = 0
        scratch.near[row] = 0.0
        scratch.second[row] = 0.0


@compiled
def cosine_of(slot: int, terms: I32, count: int, weights: I64, window: Window) -> int:
    """Return the shared weight of a text with one of the window; exact, both lists are sorted."""
    texts = window.texts
    dot = 0
    here = there = 0
    while here < count and there < texts.count[slot]:
        one, other = terms[here], texts.terms[slot, there]
        if one == other:
            dot += weights[here]
        if one <= other:
            here += 1
        if other <= one:
            there += 1
    return dot
