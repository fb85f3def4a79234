"""One post after the other: is it a copy, does it join a story, or does it found one? And does a lone story belong to a larger one?"""

from __future__ import annotations

import math

from .kernel import compiled
from .matching import (
    choose_story,
    forget,
    gap_of,
    gather,
    judge,
    meet_stories,
    meet_texts,
    nearest_text,
    row_of,
    shared_weight,
    weigh,
)
from .neighbours import is_due, look_around, sample, unite
from .placing import add_terms, count_post, enter_text, find_key, keep_key, name_of, open_story, sweep
from .window import (
    F64,
    I32,
    I64,
    N_TEXTS,
    S_FOUNDER,
    S_ID,
    S_MEDOID,
    S_POSTS,
    S_SUPPORT,
    S_TAGGED,
    S_TEXTS,
    SEEN,
    T_COUNT,
    T_NORM,
    T_SEQ,
    T_SUPPORT,
    U32,
    U64,
    UNSWEPT,
    Outcome,
    Rules,
    Window,
)

#: Below this cosine by postings a text is no candidate for a copy; its exact cosine is not computed.
_COPY_SUSPECT = 0.25
#: Cosines are summed as integers of this many steps.
_STEPS = 1_000_000
#: Of a text that is no copy: whether its terms are counted when the tick ends.
_TEACHES, _TEACHES_NOTHING = -1, -2


@compiled
def fold_posts(seq: I64, ts: I64, key: U64, buckets: I64, offsets: I64, terms: I32, w: Window, rules: Rules, out: Outcome) -> None:
    """Place the posts of a tick, sorted by time and number; a post without terms has no story. Then learn the new texts' terms."""
    size = len(w.text)
    for i in range(len(seq)):
        out.posts[i, 0] = out.posts[i, 2] = -1
        own = terms[offsets[i] : offsets[i + 1]]
        if len(own) == 0:
            continue
        slot = place_post(i, seq[i], ts[i], key[i], buckets[i], own, w, rules, out)
        if slot >= 0 and 0 < rules.look_after < size:
            look_again((slot - rules.look_after) % size, ts[i], w, rules, out)
    for i in range(len(seq)):
        if out.posts[i, 0] < 0 or out.posts[i, 2] >= 0:
            continue
        w.counters[UNSWEPT] += 1
        if out.posts[i, 2] == _TEACHES:
            w.counters[SEEN] += 1
            for place in range(offsets[i], offsets[i + 1]):
                w.tally[terms[place], N_TEXTS] += 1
    if w.counters[UNSWEPT] >= size:
        w.counters[UNSWEPT] = 0
        sweep(w.tally, w.story_ring, w.story_count, w.home)


@compiled
def place_post(i: int, seq: int, ts: int, key: int, bucket: int, terms: I32, w: Window, rules: Rules, out: Outcome) -> int:
    """Put one post into a story; return the slot of its text, -1 where it needs none."""
    way = find_key(key, bucket, w.keys)
    if way >= 0:
        row = row_of(w.known[bucket, 2 * way + 1], w.home)
        if row >= 0 and gap_of(row, ts, w.story) <= rules.quiet:
            _copy(i, row, ts, key, bucket, way, w.known[bucket, 2 * way], 0, w.story, w.home, w.keys, w.known, out.posts)
            return -1
    texts = rules.prior + w.counters[SEEN]
    norm = weigh(terms, w.weights, texts, rules.tag_base, rules.tag_weight, w.tally, rules.weight_at, rules.logarithm)
    row = -1
    sampled = 0
    if norm > 0:
        met_texts = meet_texts(terms, w.weights, w.tally, w.text_ring, w.dots, w.slots)
        met = meet_stories(terms, w.weights, -1, rules.tag_base, w.tally, w.story_ring, w.story_count, w.home, w.sums, w.tags, w.rows)
        place = nearest_text(met_texts, norm, -1, w.text, w.text_story, w.inverse, w.home, w.dots, w.slots, w.cosines, w.sums, w.near)
        nearest = w.slots[place]
        is_copy = (
            place >= 0
            and w.cosines[place] >= _COPY_SUSPECT
            and is_copy_of(nearest, ts, terms, norm, w.weights, w.text, w.text_story, w.text_terms, w.story, w.home, rules)
        )
        if is_copy:
            row = row_of(int(w.text_story[nearest]), w.home)
        else:
            row = story_for(i, met, norm, ts, terms, w, rules, out.trace)
            if row >= 0:
                support(row, met_texts, w.text, w.text_story, w.story, w.home, w.slots, w.cosines)
        forget(met, w.sums, w.tags, w.rows, w.near)
        if not is_copy and row >= 0 and is_due(int(w.story[row, S_TEXTS]) + 1):
            sampled = sample(row, met_texts, terms, w)
        if is_copy:
            _copy(i, row, ts, key, bucket, way, w.text[nearest, T_SEQ], 1, w.story, w.home, w.keys, w.known, out.posts)
            return -1
    if row < 0:
        row = open_story(seq, ts, w.counters, w.story, w.home, out.closed, out.ends)
    name = name_of(row, w.home)
    slot = enter_text(name, seq, norm, terms, w.weights, w.counters, w.text, w.text_story, w.inverse, w.text_terms, w.tally, w.text_ring)
    w.story[row, S_TAGGED] += terms[-1] >= rules.tag_base
    add_terms(row, terms, w.weights, w.story, w.home, w.story_inverse, w.tally, w.story_ring, w.story_count)
    keep_key(key, bucket, way, seq, name, w.keys, w.known)
    _note(i, row, ts, _TEACHES if w.story[row, S_TEXTS] <= rules.learn_texts else _TEACHES_NOTHING, 0, w.story, w.home, out.posts)
    if sampled > 0:
        look_around(row, sampled, seq, ts, w, rules, out)
    return slot


@compiled
def _note(i: int, row: int, ts: int, original: int, is_variant: int, story: I64, home: U32, posts: I64) -> None:
    count_post(row, ts, story)
    posts[i, 0], posts[i, 1] = story[row, S_ID], name_of(row, home)
    posts[i, 2], posts[i, 3] = original, is_variant


@compiled
def _copy(
    i: int,
    row: int,
    ts: int,
    key: int,
    bucket: int,
    way: int,
    original: int,
    is_variant: int,
    story: I64,
    home: U32,
    keys: U64,
    known: I64,
    posts: I64,
) -> None:
    keep_key(key, bucket, way, original, name_of(row, home), keys, known)
    _note(i, row, ts, original, is_variant, story, home, posts)


@compiled
def is_copy_of(
    slot: int, ts: int, terms: I32, norm: int, weights: I64, text: I64, names: U32, text_terms: I32, story: I64, home: U32, rules: Rules
) -> bool:
    """Tell whether the post repeats a text of the window, by exact cosine or containment; of short texts more must be the same."""
    if gap_of(row_of(int(names[slot]), home), ts, story) > rules.quiet:
        return False
    dot = shared_weight(slot, terms, weights, text, text_terms)
    other = text[slot, T_NORM]
    shorter = min(text[slot, T_COUNT], len(terms))
    if dot / (math.sqrt(norm) * math.sqrt(other)) >= (rules.copy_at if shorter >= rules.copy_terms else rules.copy_short_at):
        return True
    return bool(shorter >= rules.contained_terms and dot / min(norm, other) >= rules.contained_at)


@compiled
def story_for(i: int, met: int, norm: int, ts: int, terms: I32, w: Window, rules: Rules, trace: F64) -> int:
    """Return the row of the story that the text joins, -1 when it founds one."""
    best, score, other = choose_story(
        met, norm, ts, rules.quiet, rules.half_life, rules.share, rules.decay, w.story, w.story_inverse, w.sums, w.rows, w.near
    )
    if best < 0:
        return -1
    gather(
        best, score, other, ts, norm, len(terms), terms[-1] >= rules.tag_base, w.story, w.story_inverse, w.sums, w.tags, w.near, w.evidence
    )
    verdict = judge(w.evidence, rules.gate)
    if i < trace.shape[0]:
        trace[i, : len(w.evidence)] = w.evidence
        trace[i, -2] = w.story[best, S_ID]
        trace[i, -1] = verdict
    return best if verdict > 0 else -1


@compiled
def support(row: int, met: int, text: I64, names: U32, story: I64, home: U32, slots: I32, cosines: F64) -> None:
    """Let a new text support the texts of its story that it resembles; the most supported one is the title text."""
    best = -1
    for place in range(met):
        slot = slots[place]
        if cosines[place] == 0.0 or row_of(int(names[slot]), home) != row:
            continue
        text[slot, T_SUPPORT] += int(cosines[place] * _STEPS)
        ahead = text[slot, T_SUPPORT] - text[best, T_SUPPORT] if best >= 0 else 1
        if ahead > 0 or (ahead == 0 and text[slot, T_SEQ] < text[best, T_SEQ]):
            best = slot
    if best >= 0 and (text[best, T_SUPPORT] * 4 > story[row, S_SUPPORT] * 5 or text[best, T_SEQ] == story[row, S_MEDOID]):
        story[row, S_MEDOID], story[row, S_SUPPORT] = text[best, T_SEQ], text[best, T_SUPPORT]


@compiled
def look_again(slot: int, ts: int, w: Window, rules: Rules, out: Outcome) -> None:
    """Ask for a story that stayed small whether it belongs to another one by now; merge it when the gate says so."""
    count = w.text[slot, T_COUNT]
    row = row_of(int(w.text_story[slot]), w.home) if count > 0 else -1
    if row < 0 or w.story[row, S_FOUNDER] != w.text[slot, T_SEQ] or w.story[row, S_TEXTS] > rules.look_texts:
        return
    terms = w.text_terms[slot, :count]
    texts = rules.prior + w.counters[SEEN]
    norm = weigh(terms, w.weights, texts, rules.tag_base, rules.tag_weight, w.tally, rules.weight_at, rules.logarithm)
    if norm == 0:
        return
    met_texts = meet_texts(terms, w.weights, w.tally, w.text_ring, w.dots, w.slots)
    met = meet_stories(terms, w.weights, row, rules.tag_base, w.tally, w.story_ring, w.story_count, w.home, w.sums, w.tags, w.rows)
    nearest_text(met_texts, norm, row, w.text, w.text_story, w.inverse, w.home, w.dots, w.slots, w.cosines, w.sums, w.near)
    best, score, other = choose_story(
        met, norm, ts, rules.quiet, rules.half_life, rules.share, rules.decay, w.story, w.story_inverse, w.sums, w.rows, w.near
    )
    dot = verdict = 0
    if best >= 0:
        gather(
            best, score, other, ts, norm, count, terms[-1] >= rules.tag_base, w.story, w.story_inverse, w.sums, w.tags, w.near, w.evidence
        )
        verdict = judge(w.evidence, rules.gate)
        dot = int(w.sums[best])
    forget(met, w.sums, w.tags, w.rows, w.near)
    if best >= 0 and verdict > rules.merge_at and w.story[best, S_POSTS] >= w.story[row, S_POSTS]:
        unite(row, best, dot, w.text[slot, T_SEQ], verdict, 0, w, out)
