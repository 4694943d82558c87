"""`tf.contrib.learn.preprocessing`: texts to ids.

Source: `tf.contrib.learn.preprocessing` of TensorFlow 1.15.
"""

import pickle
import re
from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Sequence

import numpy as np
import tensorflow.compat.v1 as tf

_WORDS = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z][a-z]+(?=[A-Z])|[\'\w\-]+", re.UNICODE)


def tokenizer(iterator: Iterable[str]) -> Iterator[List[str]]:
    """Gives the words of each text."""
    for value in iterator:
        yield _WORDS.findall(value)


class CategoricalVocabulary:
    """Words and their ids; 0 is that of a word that is not known."""

    def __init__(self, unknown_token: str = "<UNK>", support_reverse: bool = True) -> None:
        self._unknown_token = unknown_token
        self._mapping = {unknown_token: 0}
        self._reverse_mapping = [unknown_token] if support_reverse else None
        self._freq: Dict[str, int] = {}
        self._freeze = False

    def __len__(self):
        return len(self._mapping)

    def freeze(self, freeze: bool = True) -> None:
        """Lets no more words in."""
        self._freeze = freeze

    def get(self, category: str) -> int:
        """Gives a word's id, a new one for a new word unless frozen."""
        if category not in self._mapping:
            if self._freeze:
                return 0
            self._mapping[category] = len(self._mapping)
            if self._reverse_mapping is not None:
                self._reverse_mapping.append(category)
        return self._mapping[category]

    def add(self, category: str, count: int = 1) -> None:
        """Counts a word."""
        if self.get(category) > 0:
            self._freq[category] = self._freq.get(category, 0) + count

    def trim(self, min_frequency: int, max_frequency: int = -1) -> None:
        """Keeps the words that are counted more often than `min_frequency`, commonest first."""
        ordered = sorted(sorted(self._freq.items()), key=lambda pair: -pair[1])
        kept = [(word, count) for word, count in ordered if count > min_frequency
                and (max_frequency <= 0 or count < max_frequency)]
        self._mapping = {self._unknown_token: 0}
        self._mapping.update((word, i) for i, (word, _) in enumerate(kept, 1))
        self._freq = dict(kept)
        if self._reverse_mapping is not None:
            self._reverse_mapping = [self._unknown_token, *[word for word, _ in kept]]

    def reverse(self, class_id: int) -> str:
        """Gives an id's word."""
        if self._reverse_mapping is None:
            raise ValueError("This vocabulary wasn't initialized with support_reverse to support "
                             "reverse() function.")
        return self._reverse_mapping[class_id]


class VocabularyProcessor:
    """Texts to rows of ids of one length, 0 after a text's end."""

    def __init__(
            self, max_document_length: int, min_frequency: int = 0,
            vocabulary: Optional[CategoricalVocabulary] = None,
            tokenizer_fn: Optional[Callable[[Iterable[str]], Iterable[List[str]]]] = None) -> None:
        self.max_document_length = max_document_length
        self.min_frequency = min_frequency
        self.vocabulary_ = vocabulary or CategoricalVocabulary()
        self._tokenizer = tokenizer_fn or tokenizer

    def fit(self, raw_documents: Iterable[str], unused_y: Any = None) -> "VocabularyProcessor":
        """Learns the words; gives itself."""
        for words in self._tokenizer(raw_documents):
            for word in words:
                self.vocabulary_.add(word)
        if self.min_frequency > 0:
            self.vocabulary_.trim(self.min_frequency)
        self.vocabulary_.freeze()
        return self

    def fit_transform(self, raw_documents: Iterable[str],
                      unused_y: Any = None) -> Iterator[np.ndarray]:
        """Learns the words and gives the texts' ids."""
        self.fit(raw_documents)
        return self.transform(raw_documents)

    def transform(self, raw_documents: Iterable[str]) -> Iterator[np.ndarray]:
        """Gives int64 [max_document_length] of each text."""
        for words in self._tokenizer(raw_documents):
            ids = np.zeros(self.max_document_length, np.int64)
            for i, word in enumerate(words[:self.max_document_length]):
                ids[i] = self.vocabulary_.get(word)
            yield ids

    def reverse(self, documents: Iterable[Sequence[int]]) -> Iterator[str]:
        """Gives each row of ids as words."""
        for ids in documents:
            yield " ".join(self.vocabulary_.reverse(i) for i in ids)

    def save(self, filename: str) -> None:
        """Writes itself."""
        with tf.gfile.Open(filename, "wb") as file:
            file.write(pickle.dumps(self))

    @classmethod
    def restore(cls, filename: str) -> "VocabularyProcessor":
        """Reads what `save` wrote."""
        with tf.gfile.Open(filename, "rb") as file:
            return pickle.loads(file.read())
