"""One post after the other: is it a copy, does it join a story, or does it found one? And does a lone story belong to a larger one?"""

from __future__ import annotations

import math

from .kernel import compiled
from .matching import (
    STEPS,
    choose_story,
    cosine_of,
    forget,
    gap_of,
    gather,
    judge,
    meet_stories,
    meet_texts,
    nearest_texts,
    row_of,
    weigh,
)
from .placing import add_terms, count_post, enter_text, find_key, keep_key, merge_story, name_of, open_story
from .window import HEAD, I32, I64, SEEN, U64, Outcome, Rules, Window

#: Below this cosine by postings a text is no candidate for a copy; its exact cosine is not computed.
_COPY_SUSPECT = 0.25


@compiled
def fold_posts(seq: I64, ts: I64, key: U64, buckets: I64, offsets: I64, terms: I32, window: Window, rules: Rules, out: Outcome) -> None:
    """Place the posts of a tick, sorted by time and number; a post without terms has no story."""
    for i in range(len(seq)):
        out.story[i] = out.copy_of[i] = -1
        own = terms[offsets[i] : offsets[i + 1]]
        if len(own) == 0:
            continue
        slot = place_post(i, seq[i], ts[i], key[i], buckets[i], own, window, rules, out)
        if slot >= 0:
            for look in rules.looks:
                if look < len(window.texts.seq):
                    look_again((slot - look) % len(window.texts.seq), ts[i], window, rules, out)
    for i in range(len(seq)):
        if out.story[i] >= 0 and out.copy_of[i] < 0:
            window.counters[SEEN] += 1
            for place in range(offsets[i], offsets[i + 1]):
                window.index.frequency[terms[place]] += 1


@compiled
def place_post(i: int, seq: int, ts: int, key: int, bucket: int, terms: I32, window: Window, rules: Rules, out: Outcome) -> int:
    """Put one post into a story; return the slot of its text, -1 for a copy."""
    way = find_key(key, bucket, window)
    if way >= 0:
        row = row_of(window.keys.story[bucket, way], window)
        if row >= 0 and gap_of(row, ts, window) <= rules.quiet:
            original = window.keys.seq[bucket, way]
            keep_key(key, bucket, way, original, name_of(row, window), window)
            _note(i, row, ts, original, 0, window, out)
            return -1
    scratch, count = window.scratch, len(terms)
    norm = weigh(terms, count, scratch.weights, window, rules)
    row, slot = -1, -1
    if norm > 0:
        slots = meet_texts(terms, count, scratch.weights, window)
        rows = meet_stories(terms, count, scratch.weights, -1, window, rules)
        nearest, cosine = nearest_texts(slots, norm, -1, window)
        copied = copied_text(nearest, cosine, ts, terms, norm, window, rules)
        if copied >= 0:
            row = row_of(window.texts.story[copied], window)
            forget(slots, rows, window)
            original = window.texts.seq[copied]
            keep_key(key, bucket, way, original, name_of(row, window), window)
            _note(i, row, ts, original, 1, window, out)
            return -1
        row = story_for(i, rows, norm, ts, terms, window, rules, out)
        if row >= 0:
            support(row, slots, norm, window)
        forget(slots, rows, window)
    if row < 0:
        row = open_story(seq, ts, window, out)
    slot = enter_text(row, seq, norm, terms, count, scratch.weights, window)
    add_terms(row, terms, count, scratch.weights, window)
    keep_key(key, bucket, way, seq, name_of(row, window), window)
    _note(i, row, ts, -1, 0, window, out)
    return slot


@compiled
def _note(i: int, row: int, ts: int, original: int, is_variant: int, window: Window, out: Outcome) -> None:
    count_post(row, ts, window)
    out.story[i] = window.stories.id[row]
    out.name[i] = name_of(row, window)
    out.copy_of[i] = original
    out.is_variant[i] = is_variant


@compiled
def copied_text(slot: int, cosine: float, ts: int, terms: I32, norm: int, window: Window, rules: Rules) -> int:
    """Return the slot of the text that the post repeats, by exact cosine or containment, or -1."""
    if slot < 0 or cosine < _COPY_SUSPECT:
        return -1
    texts = window.texts
    if gap_of(row_of(texts.story[slot], window), ts, window) > rules.quiet:
        return -1
    dot = cosine_of(slot, terms, len(terms), window.scratch.weights, window)
    other = texts.norm[slot]
    if dot / math.sqrt(float(norm) * float(other)) >= rules.copy_at:
        return slot
    shorter = min(texts.count[slot], len(terms))
    if shorter >= rules.contained_terms and dot / min(norm, other) >= rules.contained_at:
        return slot
    return -1


@compiled
def story_for(i: int, rows: int, norm: int, ts: int, terms: I32, window: Window, rules: Rules, out: Outcome) -> int:
    """Return the row of the story that the text joins, -1 when it founds one."""
    best, score, other = choose_story(rows, norm, ts, window, rules)
    if best < 0:
        return -1
    gather(best, score, other, ts, norm, len(terms), terms[-1] >= rules.tag_base, window)
    verdict = judge(window, rules)
    if i < out.trace.shape[0]:
        evidence = window.scratch.evidence
        for place in range(len(evidence)):
            out.trace[i, place] = evidence[place]
        out.trace[i, len(evidence)] = window.stories.id[best]
        out.trace[i, len(evidence) + 1] = verdict
    return best if verdict > rules.join_at else -1


@compiled
def support(row: int, slots: int, norm: int, window: Window) -> None:
    """Let a new text support the texts of its story that it resembles; the most supported one is the title text."""
    texts, stories, scratch = window.texts, window.stories, window.scratch
    length = 1.0 / math.sqrt(norm)
    best = -1
    for place in range(slots):
        slot = scratch.slots[place]
        if row_of(texts.story[slot], window) != row:
            continue
        texts.support[slot] += int(min(scratch.dots[slot] * texts.inverse[slot] * length, 1.0) * STEPS)
        more = best < 0 or texts.support[slot] > texts.support[best]
        if more or (texts.support[slot] == texts.support[best] and texts.seq[slot] < texts.seq[best]):
            best = slot
    if best >= 0:
        strength = texts.support[best]
        if strength * 4 > stories.medoid_support[row] * 5 or texts.seq[best] == stories.medoid[row]:
            stories.medoid[row] = texts.seq[best]
            stories.medoid_support[row] = strength


@compiled
def look_again(slot: int, ts: int, window: Window, rules: Rules, out: Outcome) -> None:
    """Ask for a story that stayed small whether it belongs to another one by now; merge it when the gate says so."""
    texts, stories, scratch = window.texts, window.stories, window.scratch
    count = texts.count[slot]
    row = row_of(texts.story[slot], window) if count > 0 else -1
    if row < 0 or stories.founder[row] != texts.seq[slot] or stories.texts[row] > rules.look_texts:
        return
    terms = texts.terms[slot, :count]
    norm = weigh(terms, count, scratch.weights, window, rules)
    if norm == 0:
        return
    slots = meet_texts(terms, count, scratch.weights, window)
    rows = meet_stories(terms, count, scratch.weights, row, window, rules)
    nearest_texts(slots, norm, row, window)
    best, score, other = choose_story(rows, norm, ts, window, rules)
    dot = verdict = 0
    if best >= 0:
        gather(best, score, other, ts, norm, count, terms[-1] >= rules.tag_base, window)
        verdict = judge(window, rules)
        dot = scratch.sums[best]
    forget(slots, rows, window)
    if best >= 0 and verdict > rules.merge_at and stories.posts[best] >= stories.posts[row]:
        at = out.ends[0]
        out.merges[at, 0] = max(stories.id[row], stories.id[best])
        out.merges[at, 1] = min(stories.id[row], stories.id[best])
        out.merges[at, 2] = texts.seq[slot]
        out.merges[at, 3] = verdict
        out.ends[0] = at + 1
        merge_story(row, best, dot, window)
