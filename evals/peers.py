"""Peers on the same posts, in the same order, on one thread: what else can be had from packages.

First-story detection over TF-IDF (scikit-learn) and TextClust (River) for stories, SnowNLP for the polarity of reviews. What is not
installed is left out and said so (``pip install -e .[eval]``). Peers may look at the whole stream for their idf; the product may not.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from evals.run import data_folder, stream_of
from evals.scores import scores_of
from evals.texts import OWN_DATA, labelled

#: Texts that a post is compared with, and the best threshold of ANALYSIS.md for each stream.
WINDOW = 4_000
NEAR_AT = {"weibo_topics": 0.20, "weibo_topics_tags": 0.25, "uci_news": 0.25}
RADIUS = {"weibo_topics": 0.8, "weibo_topics_tags": 0.8, "uci_news": 0.85}
#: Reviews of each set that are read for their polarity; SnowNLP reads about a hundred in a second.
REVIEWS_READ = 300
#: TextClust slows down with every cluster; it reads so many posts.
TEXTCLUST_POSTS = 3_000

Peer = Callable[[str, Sequence[str]], list[int]]


def cut(text: str) -> list[str]:
    """Return the words of a text: by jieba where it is installed, else pairs of characters and words."""
    try:
        jieba: Any = import_module("jieba")
    except ImportError:
        words = text.lower().split()
        return [pair for word in words for pair in ([word] if word.isascii() else map("".join, itertools.pairwise(word)))]
    return [word for word in jieba.lcut(text.lower()) if word.strip()]


def first_story(name: str, texts: Sequence[str]) -> list[int]:
    """Join the story of the nearest text of the window at a fixed cosine. Source: Petrović, Osborne and Lavrenko 2010."""
    vectorizer: Any = import_module("sklearn.feature_extraction.text").TfidfVectorizer(analyzer=cut, sublinear_tf=True)
    table = vectorizer.fit_transform(texts)
    story: list[int] = []
    for start in range(0, len(texts), 256):
        end = min(start + 256, len(texts))
        first = max(0, start - WINDOW)
        near = (table[start:end] @ table[first:end].T).tocsr()
        for row in range(end - start):
            own = near[row]
            earlier = own.indices < start - first + row
            places, cosines = own.indices[earlier], own.data[earlier]
            best = int(cosines.argmax()) if len(cosines) else -1
            story.append(story[first + int(places[best])] if best >= 0 and cosines[best] >= NEAR_AT[name] else start + row)
    return story


def textclust(name: str, texts: Sequence[str]) -> list[int]:
    """Learn one post after the other and ask for its cluster at once."""
    cluster: Any = import_module("river.cluster")
    bag: Any = import_module("river.feature_extraction").BagOfWords(lowercase=False, strip_accents=False, tokenizer=cut, ngram_range=(1, 1))
    model = cluster.TextClust(
        radius=RADIUS[name], real_time_fading=False, auto_r=False, fading_factor=0.0005, tgap=1_000, term_fading=False
    )
    story = []
    for text in texts[:TEXTCLUST_POSTS]:
        words = bag.transform_one(text)
        model.learn_one(words)
        story.append(int(model.predict_one(words, type="micro")))
    return story


PEERS: dict[str, tuple[str, Peer]] = {"TF-IDF + first story": ("scikit-learn", first_story), "TextClust": ("river", textclust)}


def snow(texts: Sequence[str]) -> list[bool]:
    """Return which texts SnowNLP reads as positive, with the model in its package."""
    reader: Any = import_module("snownlp").SnowNLP
    return [bool(text.strip()) and reader(text).sentiments > 0.5 for text in texts]


def polarity(data: Path) -> None:
    """Print accuracy and texts per CPU-second on held reviews: ours, trained without them, and SnowNLP's."""
    try:
        held, training = (import_module(name) for name in ("evals.mood", "evals.train.mood"))
    except ImportError:
        print("polarity: scikit-learn is not installed")
        return
    is_own = data.resolve() == OWN_DATA.resolve()
    model: Any = training.polarity_zh(OWN_DATA, is_held_out=is_own)
    readers = {"Huiying": lambda texts: (model.margins(texts)[:, 0] > 0).tolist(), "SnowNLP": snow}
    for file, name in held.SHORT.items():
        texts = [text for text in labelled(data, file, "sentiment") if text.is_held or not is_own]
        texts = texts[:: len(texts) // REVIEWS_READ or 1][:REVIEWS_READ]  # the files are in the order of their labels
        for label, reader in readers.items() if texts else ():
            try:
                reader([texts[0].text])  # loads what it reads with
                begun = time.process_time()
                found = reader([text.text for text in texts])
                seconds = time.process_time() - begun
            except ImportError:
                print(f"{name:18} {label}: snownlp is not installed")
                continue
            right = sum(each == (text.label == "1") for each, text in zip(found, texts, strict=True)) / len(texts)
            print(
                f"{name:18} {label} (n = {len(texts)}): accuracy {right:.4f}  texts_per_cpu_second {len(texts) / seconds:.0f}", flush=True
            )


def main(names: Sequence[str]) -> None:
    """Print the scores and posts per CPU-second of each peer that is installed."""
    cut("测试")
    for name in names:
        stream = stream_of(name)
        columns = (stream.posts.column(each).to_pylist() for each in ("title", "text"))
        texts = [f"{title or ''}\n{text}" for title, text in zip(*columns, strict=True)]
        for label, (package, peer) in PEERS.items():
            try:
                begun = time.process_time()
                found = peer(name, texts)
                seconds = time.process_time() - begun
            except ImportError:
                print(f"{name:18} {label}: {package} is not installed")
                continue
            scores = scores_of(found, stream.events[: len(found)])
            figures = (
                f"b3 {scores.b3:.4f}  pairwise {scores.pairwise:.4f}  ami {scores.ami:.4f}  posts_per_cpu_second {len(found) / seconds:.0f}"
            )
            print(f"{name:18} {label} ({package} {version(package)}, n = {len(found)}): {figures}", flush=True)
    polarity(data_folder())


if __name__ == "__main__":
    main(list(NEAR_AT))
