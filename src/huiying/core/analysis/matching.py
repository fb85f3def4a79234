"""Which open story fits a text: the loops over the postings, the evidence, and the gate that decides."""

from __future__ import annotations

import math

from .kernel import compiled
from .window import (
    F64,
    I32,
    I64,
    N_LENGTH,
    N_NEXT,
    N_STORIES,
    N_TEXTS,
    S_FIRST,
    S_ID,
    S_LAST,
    S_POSTS,
    T_COUNT,
    T_SEQ,
    U16,
    U32,
)

#: Steps of the decay table in one half-life, and of the logarithm in one doubling.
DECAY_STEPS, LOG_STEPS = 64, 256
LOG_BITS = 12
#: What the gate may look at; the order of ``Window.evidence``.
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
#: Columns of a node of the gate; a leaf has no feature.
FEATURE, THRESHOLD, BELOW, ABOVE, VALUE = range(5)
#: The part of a name that is a row.
ROW = 0xFFFF
_HOUR_US = 3.6e9
#: A text that shares less than this part of a post is no evidence; most texts met share one common term only.
_SLIGHT = 32


@compiled
def logarithm_of(value: int, table: I64) -> int:
    """Return the binary logarithm in steps of 1/256, from a table: the same on every processor."""
    shift = 0
    while value >> shift >= len(table):
        shift += 1
    return int(table[value >> shift]) + LOG_STEPS * shift


@compiled
def weigh(terms: I32, weights: I64, texts: int, tag_base: int, tag_weight: int, tally: I64, weight_at: I64, table: I64) -> int:
    """Fill in the weight of each term, a power of its idf among ``texts``; return their sum. Source: Spärck Jones 1972."""
    total = 0
    highest = logarithm_of(texts, table)
    for place in range(len(terms)):
        term = terms[place]
        level = max(highest - logarithm_of(1 + int(tally[term, N_TEXTS]), table), 0)
        weight = int(weight_at[min(level, len(weight_at) - 1)])
        if term >= tag_base:
            weight *= tag_weight
        weights[place] = weight
        total += weight
    return total


@compiled
def row_of(name: int, home: U32) -> int:
    """Return the row of an open story by its name, through merges; -1 when it is closed."""
    here = int(home[name & ROW])
    return here & ROW if here >> 16 == name >> 16 else -1


@compiled
def meet_texts(terms: I32, weights: I64, tally: I64, ring: U16, dots: I32, slots: I32) -> int:
    """Sum up the shared weights with every remembered text; return how many texts were met."""
    mask = ring.shape[1] - 1
    met = 0
    for place in range(len(terms)):
        weight = weights[place]
        if weight == 0:
            continue
        term = terms[place]
        following = tally[term, N_NEXT]
        for step in range(following - tally[term, N_LENGTH], following):
            slot = ring[term, step & mask]
            if dots[slot] == 0:
                slots[met] = slot
                met += 1
            dots[slot] += weight
    return met


@compiled
def meet_stories(
    terms: I32, weights: I64, own: int, tag_base: int, tally: I64, ring: U32, counts: U16, home: U32, sums: I64, tags: I32, rows: I32
) -> int:
    """Sum up the shared weights with every remembered story but ``own``; return how many were met."""
    met = 0
    for place in range(len(terms)):
        weight = weights[place]
        if weight == 0:
            continue
        term = terms[place]
        for at in range(min(tally[term, N_STORIES], ring.shape[1])):
            row = row_of(int(ring[term, at]), home)
            if row < 0 or row == own:
                continue
            if sums[row] == 0:
                rows[met] = row
                met += 1
            sums[row] += weight * int(counts[term, at])
            if term >= tag_base:
                tags[row] += 1
    return met


@compiled
def nearest_text(
    met: int, norm: int, own: int, text: I64, names: U32, inverse: F64, home: U32, dots: I32, slots: I32, cosines: F64, sums: I64, near: F64
) -> int:
    """Turn sums into cosines, note the two nearest of each story met; return the place of the nearest text among the met, or -1."""
    length = inverse_length(norm)
    floor = norm // _SLIGHT
    best, best_cosine = -1, 0.0
    for place in range(met):
        slot = slots[place]
        dot = int(dots[slot])
        dots[slot] = 0
        if dot < floor:
            cosines[place] = 0.0
            continue
        cosine = min(dot * inverse[slot] * length, 1.0)
        cosines[place] = cosine
        row = row_of(int(names[slot]), home)
        if row < 0 or row == own:
            continue
        if sums[row] > 0:
            if cosine > near[row, 0]:
                near[row, 1] = near[row, 0]
                near[row, 0] = cosine
            elif cosine > near[row, 1]:
                near[row, 1] = cosine
        if cosine > best_cosine or (cosine == best_cosine and best >= 0 and text[slot, T_SEQ] < text[slots[best], T_SEQ]):
            best, best_cosine = place, cosine
    return best


@compiled
def inverse_length(norm: int) -> float:
    """Return one over the length of a vector of this squared length, 0 for none."""
    return 1.0 / math.sqrt(norm) if norm > 0 else 0.0


@compiled
def gap_of(row: int, ts: int, story: I64) -> int:
    """Return the silence between a story and a moment, in microseconds."""
    return max(ts - int(story[row, S_LAST]), int(story[row, S_FIRST]) - ts, 0)


@compiled
def choose_story(
    met: int,
    norm: int,
    ts: int,
    quiet: int,
    half_life: int,
    share: float,
    decay: F64,
    story: I64,
    story_inverse: F64,
    sums: I64,
    rows: I32,
    near: F64,
) -> tuple[int, float, float]:
    """Return the row of the story that fits best, its score and the runner-up's; of equals the older story."""
    length = inverse_length(norm)
    best, best_score, other = -1, 0.0, 0.0
    for place in range(met):
        row = rows[place]
        score = share * min(sums[row] * story_inverse[row] * length, 1.0) + (1.0 - share) * near[row, 0]
        if score <= other:
            continue
        gap = gap_of(row, ts, story)
        if gap > quiet:
            continue
        score *= decay[gap * DECAY_STEPS // half_life]
        if score > best_score or (score == best_score and best >= 0 and story[row, S_ID] < story[best, S_ID]):
            best, best_score, other = row, score, best_score
        elif score > other:
            other = score
    return best, best_score, other


@compiled
def gather(
    row: int,
    score: float,
    other: float,
    ts: int,
    norm: int,
    count: int,
    has_tag: bool,
    story: I64,
    story_inverse: F64,
    sums: I64,
    tags: I32,
    near: F64,
    evidence: F64,
) -> None:
    """Write down the evidence that a text belongs to a story."""
    evidence[0] = min(sums[row] * story_inverse[row] * inverse_length(norm), 1.0)
    evidence[1] = near[row, 0]
    evidence[2] = near[row, 1]
    evidence[3] = score
    evidence[4] = other
    evidence[5] = gap_of(row, ts, story) / _HOUR_US
    evidence[6] = count
    evidence[7] = 1.0 if tags[row] > 0 else 0.0
    evidence[8] = 1.0 if has_tag else 0.0
    evidence[9] = norm
    evidence[10] = norm / count
    evidence[11] = story[row, S_POSTS]
    evidence[12] = max(ts - int(story[row, S_FIRST]), 0) / _HOUR_US


@compiled
def judge(evidence: F64, gate: F64) -> int:
    """Return the gate's verdict on the evidence, in millionths of log-odds: above 0 the text belongs to the story."""
    verdict = 0
    for tree in range(gate.shape[0]):
        node = 0
        while gate[tree, node, FEATURE] >= 0:
            is_below = evidence[int(gate[tree, node, FEATURE])] <= gate[tree, node, THRESHOLD]
            node = int(gate[tree, node, BELOW if is_below else ABOVE])
        verdict += int(gate[tree, node, VALUE])
    return verdict


@compiled
def forget(met: int, sums: I64, tags: I32, rows: I32, near: F64) -> None:
    """Bring the scratch space of the stories met back to zero."""
    for place in range(met):
        row = rows[place]
        sums[row] = 0
        tags[row] = 0
        near[row, 0] = 0.0
        near[row, 1] = 0.0


@compiled
def shared_weight(slot: int, terms: I32, weights: I64, text: I64, text_terms: I32) -> int:
    """Return the shared weight with a text of the window; exact, both lists of terms are sorted."""
    dot = 0
    here = there = 0
    count = text[slot, T_COUNT]
    while here < len(terms) and there < count:
        one, other = terms[here], text_terms[slot, there]
        if one == other:
            dot += weights[here]
        if one <= other:
            here += 1
        if other <= one:
            there += 1
    return dot
