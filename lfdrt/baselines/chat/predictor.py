"""Labels rows of a set by a chat endpoint: those of the cache at once, the others by asking.

A row without an answer gets uniform probabilities, since a recording has no class for none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Self

import torch

from lfdrt.baselines.chat.cache import AnswerCache, question_key
from lfdrt.baselines.chat.client import ChatClient, Usage
from lfdrt.baselines.chat.prompt import Answer, Picture, Question
from lfdrt.baselines.chat.settings import ChatSettings
from lfdrt.baselines.chat.tally import AskedRow
from lfdrt.baselines.predict import one_classifier
from lfdrt.data.sources.sample import SampleRow
from lfdrt.evaluation.predictions import Predictions
from lfdrt.evaluation.recordings.recorder import Row, SetRows
from lfdrt.evaluation.recordings.recording import INPUTS
from lfdrt.labels import LabelSet

TEXT, IMAGE, _ = INPUTS


class ChatPredictor:
    """A context: its connections are open inside it. inputs: one of `INPUTS`; rows of data sets
    have only texts. probabilities: whether the model is asked for them."""

    def __init__(
        self,
        settings: ChatSettings,
        key: str,
        cache: AnswerCache,
        *,
        label_set: LabelSet,
        inputs: str,
        probabilities: bool,
    ) -> None:
        self._settings, self._key, self._cache = settings, key, cache
        self._label_set, self._inputs, self._probabilities = label_set, inputs, probabilities

    def __enter__(self) -> Self:
        self._loop = asyncio.Runner()
        self._client = ChatClient(self._settings, self._key)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.run(self._client.close())
        self._loop.close()

    @property
    def usage(self) -> Usage:
        """Of what was asked inside this context."""
        return self._client.usage

    def predict(self, one: SetRows) -> Predictions:
        """ChatError, ImageError, ExportError: what was answered until then is in the cache."""
        self._loop.run(self._ask({row.key: row.question for row in self.rows([one])}))
        p = torch.zeros(len(one.rows), len(self._label_set))  # (N, C)
        for n, row in enumerate(self.rows([one])):
            labels = row.question.labels
            classes = [self._label_set.index(label) for label in labels]
            p[n, classes] = torch.tensor(_shares(self._cache[row.key].answer, labels))
        return one_classifier(one, self._label_set, p)

    def rows(self, sets: Sequence[SetRows]) -> Iterator[AskedRow]:
        """With the answers that the cache has. Classes that a set does not have are no choice."""
        for one in sets:
            labels = tuple(name for name in self._label_set.labels if name not in one.excluded)
            for row in one.rows:
                question = Question(
                    labels=labels,
                    text=None if self._inputs == IMAGE else row.text,
                    picture=None if self._inputs == TEXT else _picture(row),
                    probabilities=self._probabilities,
                )
                key = question_key(question, self._settings)
                answered = self._cache[key] if key in self._cache else None
                yield AskedRow(gold=row.label, key=key, question=question, answered=answered)

    async def _ask(self, questions: dict[str, Question]) -> None:
        """Asks what the cache does not hold. After a failure nothing new is begun, but what is
        under way is waited for and kept, since it is paid for."""
        gate = asyncio.Semaphore(self._settings.concurrency)
        failures: list[ValueError] = []

        async def ask(key: str, question: Question) -> None:
            async with gate:
                if failures:
                    return
                try:
                    self._cache.add(key, await self._client.ask(question))
                except ValueError as error:
                    failures.append(error)

        still = [(key, q) for key, q in questions.items() if key not in self._cache]
        await asyncio.gather(*(ask(key, question) for key, question in still))
        if failures:
            raise failures[0]


def _picture(row: Row) -> Picture | None:
    return Picture(name=row.image.name, data=row.image.data) if isinstance(row, SampleRow) else None


def _shares(answer: Answer, labels: Sequence[str]) -> list[float]:
    """Probabilities of `labels`: the model's own, else 1 on its label, else all the same."""
    if answer.probabilities is not None:
        return list(answer.probabilities)
    if answer.label is None:
        return [1 / len(labels)] * len(labels)
    return [float(label == answer.label) for label in labels]
