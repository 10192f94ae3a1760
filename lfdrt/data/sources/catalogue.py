"""Every data set that can be read: its reader, where it comes from, its licence, how to get it.

One literal table. `url` is for `lfdrt.data.fetch`, and only where the data set's own page names an
address that needs no form, account or browser.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lfdrt.data.readers.registry import kinds
from lfdrt.data.records import DataError
from lfdrt.data.sources.brighter import read_brighter
from lfdrt.data.sources.ch_sims import read_ch_sims
from lfdrt.data.sources.files import Item
from lfdrt.data.sources.goemotions import read_goemotions
from lfdrt.data.sources.meld import read_meld
from lfdrt.data.sources.mmeld import read_mmeld
from lfdrt.data.sources.mvsa import read_mvsa
from lfdrt.data.sources.nusax import read_nusax
from lfdrt.data.sources.own import read_image_folder, read_tables
from lfdrt.data.sources.parallel import read_parallel_csv, read_wikimatrix
from lfdrt.data.sources.xed import read_xed


@dataclass(frozen=True, kw_only=True)
class Source:
    """A data set. `url` may hold `{pair}`, two language codes; `sha256`: None if unpublished."""

    title: str
    read: Callable[[Path], Iterator[Item]]
    home: str
    licence: str
    size: str
    how: str
    url: str | None = None
    sha256: str | None = None


_CLONE = "clone the repository, then check the folder"
SOURCES: dict[str, Source] = {
    "meld": Source(
        title="MELD: English utterances with seven emotions, and video clips",
        read=read_meld,
        home="https://affective-meld.github.io",
        licence="GPL-3.0",
        size="13,708 utterances; MELD.Raw.tar.gz about 11 GB",
        how="fetch, unpack MELD.Raw.tar.gz and the three archives in it into one folder",
        url="http://web.eecs.umich.edu/~mihalcea/downloads/MELD.Raw.tar.gz",
    ),
    "ch_sims": Source(
        title="CH-SIMS: Chinese video clips, sentiment in five classes",
        read=read_ch_sims,
        home="https://github.com/thuiar/MMSA",
        licence="not stated; research use",
        size="2,281 clips",
        how="follow the links of the page to label.csv and the folder Raw",
    ),
    "wikimatrix": Source(
        title="WikiMatrix: mined translations from Wikipedia",
        read=read_wikimatrix,
        home="facebookresearch/LASER on GitHub, tasks/WikiMatrix",
        licence="CC BY-SA",
        size="34 million pairs with English in 84 files",
        how="fetch with --pair en-tr, one file for each language; it stays packed",
        url="https://dl.fbaipublicfiles.com/laser/WikiMatrix/v1/WikiMatrix.{pair}.tsv.gz",
    ),
    "parallel_csv": Source(
        title="your own translations: en-<language>.csv with a column for each language",
        read=read_parallel_csv,
        home="your own tables",
        licence="yours",
        size="any",
        how="put the tables into one folder",
    ),
    "mmeld": Source(
        title="M-MELD: MELD translated into French, Spanish, Greek and Polish",
        read=read_mmeld,
        home="https://github.com/Sreyan88/M-MELD",
        licence="not stated; research use",
        size="about 13,700 utterances for each language",
        how="unpack mmeld_data.zip of the repository",
    ),
    "xed": Source(
        title="XED: film subtitles with emotions in 32 languages",
        read=read_xed,
        home="https://github.com/Helsinki-NLP/XED",
        licence="CC BY 4.0",
        size="17,530 English and 300 to 12,300 projected lines for each language",
        how=_CLONE,
    ),
    "brighter": Source(
        title="BRIGHTER: emotions in 28 languages (SemEval-2025, Task 11)",
        read=read_brighter,
        home="https://brighter-dataset.github.io",
        licence="CC BY 4.0",
        size="about 100,000 rows",
        how="follow the links of the page; check the folder that holds train, dev and test",
    ),
    "nusax": Source(
        title="NusaX-Senti: polarity in twelve languages of Indonesia and English",
        read=read_nusax,
        home="https://github.com/IndoNLP/nusax",
        licence="CC BY-SA 4.0",
        size="1,000 rows for each language",
        how=_CLONE,
    ),
    "goemotions": Source(
        title="GoEmotions: English comments, in Ekman's classes",
        read=read_goemotions,
        home="google-research/google-research on GitHub, goemotions",
        licence="Apache-2.0",
        size="54,263 comments",
        how="copy goemotions/data of the repository",
    ),
    "image_folder": Source(
        title="your own pictures in folders of classes",
        read=read_image_folder,
        home="your own folder",
        licence="yours",
        size="any",
        how="put each picture into a folder named by its label",
    ),
    "mvsa": Source(
        title="MVSA: tweets with pictures, polarity",
        read=read_mvsa,
        home="https://mcrlab.net/research/mvsa-sentiment-analysis-on-multi-view-social-data/",
        licence="research use",
        size="5,129 tweets (Single), 19,600 (Multiple)",
        how="follow the links of the page; check the folder that holds labelResultAll.txt",
    ),
    "table": Source(
        title="your own tables of texts, pictures and labels",
        read=read_tables,
        home="your own tables",
        licence="yours",
        size="any",
        how=f"columns text, image, label, language. {kinds()}",
    ),
}


def source_named(name: str) -> Source:
    """DataError that lists what there is."""
    if name not in SOURCES:
        raise DataError(f"{name!r} is not one of {', '.join(SOURCES)}.")
    return SOURCES[name]
