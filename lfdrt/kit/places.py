"""Where a run of the kit keeps what: one folder to work in, one that is taken home."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Places:
    """Folders and files of a run: `work` can be deleted when it is over, `out` is what is taken
    home. rehearsed: whether all of it reads `few` in place of `data`."""

    work: Path
    out: Path
    rehearsed: bool = False

    @property
    def towers(self) -> Path:
        return self.work / "towers"

    @property
    def data(self) -> Path:
        return self.work / "data"

    @property
    def few(self) -> Path:
        return self.work / "few"

    @property
    def read(self) -> Path:
        return self.few if self.rehearsed else self.data

    @property
    def features(self) -> Path:
        return self.work / "features"

    @property
    def jobs(self) -> Path:
        return self.work / "jobs"

    @property
    def recipe(self) -> Path:
        return self.work / "recipe.json"

    @property
    def fitted(self) -> Path:
        return self.work / "fitted.json"

    @property
    def checks(self) -> Path:
        return self.work / "checks.json"

    @property
    def sentiment_mean(self) -> Path:
        return self.work / "sentiment-mean"

    @property
    def families(self) -> Path:
        return self.work / "families"

    @property
    def heads_mean(self) -> Path:
        return self.work / "heads-mean"

    @property
    def scores(self) -> Path:
        return self.work / "scores.json"

    def finished(self, stage: str) -> list[Path]:
        """Checkpoints of the whole recipe's seeds that were trained to the end."""
        cards = sorted((self.work / stage).glob("full-*/checkpoint/card.json"))
        return [card.parent for card in cards]

    def best(self) -> Path | None:
        """What is nearest to the finished model."""
        one_of = [self.heads_mean, *self.finished("heads"), self.families / "checkpoint",
                  self.sentiment_mean, *self.finished("sentiment")]  # fmt: skip
        return next((one for one in one_of if (one / "card.json").is_file()), None)
