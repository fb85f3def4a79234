"""Stories that have grown are compared with their neighbours, centroid with centroid, and merged where they are one matter."""

from __future__ import annotations

from .kernel import compiled
from .matching import choose_story, forget, meet_stories, row_of, weigh
from .placing import merge_story, name_of
from .window import I32, S_ID, S_POSTS, S_TAGGED, S_TEXTS, SAMPLE, SEEN, T_COUNT, Outcome, Rules, Window

#: Texts from which a story has a centroid worth comparing.
_TEXTS_MIN = 4
#: A term stands for a story when so many of its sampled texts hold it.
_HOLD_MIN = 2
#: A story that was merged is compared anew, so often at most.
_ROUNDS = 4
#: Cosines are told as whole numbers of this many steps.
_STEPS = 1_000_000


@compiled
def is_due(texts: int) -> bool:
    """Tell whether a story of so many texts is compared with its neighbours: at 4, 8, 16 ... texts."""
    return texts >= _TEXTS_MIN and texts & (texts - 1) == 0


@compiled
def sample(row: int, met: int, terms: I32, w: Window) -> int:
    """Note the terms of a new text and of the story's texts that it met, and how many texts hold each; return how many terms."""
    found = len(terms)
    for place in range(found):
        w.core[place] = terms[place]
        w.times[terms[place]] = 1
    texts = 1
    for place in range(met):
        slot = w.slots[place]
        if w.cosines[place] == 0.0 or row_of(int(w.text_story[slot]), w.home) != row:
            continue
        for at in range(w.text[slot, T_COUNT]):
            term = w.text_terms[slot, at]
            if w.times[term] == 0:
                w.core[found] = term
                found += 1
            w.times[term] += 1
        texts += 1
        if texts == SAMPLE:
            break
    return found


@compiled
def look_around(row: int, found: int, seq: int, ts: int, w: Window, rules: Rules, out: Outcome) -> None:
    """Merge a story with those whose centroid is so near its own that they are the same matter. ``found``: sampled terms."""
    kept, norm = _centroid(found, w, rules)
    if norm == 0:
        return
    is_tagged = w.core[kept - 1] >= rules.tag_base
    for _round in range(_ROUNDS):
        met = meet_stories(
            w.core[:kept], w.core_weights, row, rules.tag_base, w.tally, w.story_ring, w.story_count, w.home, w.sums, w.tags, w.rows
        )
        for place in range(met):
            other = w.rows[place]
            if is_tagged and w.tags[other] == 0 and _has_tags(other, w):
                w.sums[other] = 0
        best, score, _next = choose_story(
            met, norm, ts, rules.quiet, rules.half_life, 1.0, rules.decay, w.story, w.story_inverse, w.sums, w.rows, w.near
        )
        dot = int(w.sums[best]) if best >= 0 else 0
        forget(met, w.sums, w.tags, w.rows, w.near)
        if best < 0 or score < _needed(row, best, is_tagged and _has_tags(best, w), w, rules):
            return
        row, best = (row, best) if w.story[best, S_POSTS] < w.story[row, S_POSTS] else (best, row)
        unite(best, row, dot, seq, int(score * _STEPS), 1, w, out)


@compiled
def _needed(row: int, other: int, are_tagged: bool, w: Window, rules: Rules) -> float:
    """Return the cosine from which two stories are one: higher where both are large, for a wrong merge of large ones is dear."""
    if are_tagged or min(w.story[row, S_TEXTS], w.story[other, S_TEXTS]) >= rules.join_large_texts:
        return rules.join_sure_at
    return rules.join_at


@compiled
def _has_tags(row: int, w: Window) -> bool:
    """Tell whether most texts of a story carry a hashtag."""
    return bool(2 * w.story[row, S_TAGGED] > w.story[row, S_TEXTS])


@compiled
def _centroid(found: int, w: Window, rules: Rules) -> tuple[int, int]:
    """Leave the sampled terms that several texts hold, hashtags last, with their weights; return how many, and their squared length."""
    total = rules.prior + w.counters[SEEN]
    w.core[:found].sort()
    weigh(w.core[:found], w.core_weights, total, rules.tag_base, rules.tag_weight, w.tally, rules.weight_at, rules.logarithm)
    kept = norm = 0
    for place in range(found):
        term, weight = w.core[place], int(w.core_weights[place])
        times = int(w.times[term])
        w.times[term] = 0
        if times >= _HOLD_MIN and weight > 0:
            w.core[kept], w.core_weights[kept] = term, weight * times
            norm += weight * times * times
            kept += 1
    return kept, norm


@compiled
def unite(row: int, into: int, dot: int, seq: int, verdict: int, has_grown: int, w: Window, out: Outcome) -> None:
    """Merge a story into another one and note the event."""
    merge = out.merges[out.ends[0]]
    merge[0] = max(w.story[row, S_ID], w.story[into, S_ID])
    merge[1] = min(w.story[row, S_ID], w.story[into, S_ID])
    merge[2], merge[3], merge[4], merge[5] = seq, verdict, name_of(into, w.home), has_grown
    out.ends[0] += 1
    merge_story(row, into, dot, w.story, w.home, w.story_inverse)
