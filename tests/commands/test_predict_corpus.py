"""`predict` of a corpus: every format and shard, what goes on after a kill, and Ray's workers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lfdrt.__main__ import main
from lfdrt.corpora import sources
from lfdrt.corpora.sources import CHUNK
from lfdrt.corpora.work import Job
from lfdrt.data.columns import added_columns
from lfdrt.labels import EKMAN7
from tests.csv_files import read, write

ROOT = Path(__file__).parents[2]
ADDED = list(added_columns(EKMAN7.labels))
ROWS = 2_500
"""Of a file: more than two chunks."""

Run = Callable[..., int]


def text(i: int) -> str:
    """Lengths vary, so that rows are read in another order than they are written."""
    return f"I am so happy that you came {i} " + "to see us today and " * (i % 7)


@pytest.fixture
def run(tiny_folder: Path) -> Run:
    def predict(source: Path | str, target: Path, *more: str) -> int:
        paths = ["--input", str(source), "--output", str(target), "--lang", "en"]
        return main(["predict", "--checkpoint", str(tiny_folder), *paths, *more])

    return predict


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A file of each format: quotes and line ends in cells, blank lines, a key that rows lack."""
    folder = tmp_path / "in"
    (folder / "b").mkdir(parents=True)
    texts = [text(i) for i in range(30)]
    rows = [[f"{i:03}", f'{one},\n"quoted"'] for i, one in enumerate(texts[:10])]
    write(folder / "a.csv", [["id", "text"], *rows])
    lines = [json.dumps({"text": one, **({"n": i} if i % 2 else {})}) + "\n\n"
             for i, one in enumerate(texts[10:20])]  # fmt: skip
    (folder / "b" / "b.jsonl").write_text("".join(lines), encoding="utf-8")
    table = pa.table({"text": texts[20:], "tags": [[i, i + 1] for i in range(10)]})
    pq.write_table(table, folder / "c.parquet", row_group_size=3)
    return folder


def parts(folder: Path) -> dict[str, bytes]:
    """Every shard's bytes; nothing else lies there but the manifest."""
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert found.pop("_manifest.json")
    assert all(name.startswith("part-") for name in found), found.keys()
    return found


def test_every_format_and_column_in_the_order_of_the_input(
    corpus: Path, tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(corpus, tmp_path / "out", "--shard-rows", "4") == 0
    assert "30 of 30 rows predicted, in 9 shards." in capsys.readouterr().out
    shards = [pq.read_table(path) for path in sorted((tmp_path / "out").glob("*.parquet"))]
    assert [len(one) for one in shards] == [4, 4, 2] * 3
    told = [row for one in shards for row in one.to_pylist()]
    assert [row["text"].partition(",")[0] for row in told] == [text(i).partition(",")[0]
                                                               for i in range(30)]  # fmt: skip
    assert shards[0].column_names == ["id", "text", *ADDED]
    assert [row["id"] for row in told[:10]] == [f"{i:03}" for i in range(10)]
    assert told[9]["text"] == f'{text(9)},\n"quoted"'
    assert [row["n"] for row in told[10:20]] == [str(i) if i % 2 else None for i in range(10)]
    assert [row["tags"] for row in told[20:]] == [[i, i + 1] for i in range(10)]
    for row in told:
        assert row["agree"] == (row["label_1"] == row["label_2"]) and row["language"] == "en"
        assert sum(row[f"p_{c}"] for c in EKMAN7.labels) == pytest.approx(1, abs=1e-4)


def test_a_corpus_says_what_a_table_says(tmp_path: Path, run: Run) -> None:
    rows = [["text"], *([text(i)] for i in range(5)), ["…"]]
    source = write(tmp_path / "t.csv", rows)
    assert run(source, tmp_path / "o.csv") == 0
    assert run(source, tmp_path / "out", "--engine", "local") == 0
    (shard,) = (tmp_path / "out").glob("*.parquet")
    for told, of_table in zip(
        pq.read_table(shard).to_pylist(), read(tmp_path / "o.csv"), strict=True
    ):
        assert (told["label"], told["note"]) == (of_table["label"], of_table["note"])
        for c in EKMAN7.labels:
            assert told[f"p_{c}"] == pytest.approx(float(of_table[f"p_{c}"]), abs=1e-4)


def test_any_row_is_found_from_its_shard_on(tmp_path: Path) -> None:
    """Whatever the format: behind a mark, a heading, quotes, blank lines, in the midst of a row
    group; in chunks that are counted from the shard's first row."""
    texts = [f"«{i}»\nfirst" if i % 3 else f'"{i}"' for i in range(ROWS)]
    write(tmp_path / "a.csv", [["text"], *([one] for one in texts)])
    marked = (tmp_path / "a.csv").read_text("utf-8").removeprefix("\ufeff")
    (tmp_path / "a.csv").write_text("\ufeff" + marked, encoding="utf-8", newline="")
    (tmp_path / "b.jsonl").write_text("".join(f"{json.dumps({'text': t})}\n\n" for t in texts))
    pq.write_table(pa.table({"text": texts}), tmp_path / "c.parquet", row_group_size=1_300)
    for name in ("a.csv", "b.jsonl", "c.parquet"):
        answers = sources.Answers({})
        source = sources.survey(tmp_path, name, every=1_100, read=answers)
        assert (source.rows, len(source.starts)) == (ROWS, 3)
        for shard, rows in enumerate((1_100, 1_100, 300)):
            found = list(sources.batches(tmp_path, source, shard, rows))
            assert [len(one) for one in found] == [min(CHUNK, rows)] + [76] * (rows > CHUNK)
            told = [value for one in found for value in one.column(0).to_pylist()]
            assert told == texts[1_100 * shard : 1_100 * shard + rows], (name, shard)


def test_a_large_parquet_file_is_read_in_little_memory(tmp_path: Path) -> None:
    """One row group of 60 MB, of which a shard in the middle is read."""
    path = tmp_path / "a.parquet"
    ids = pa.array([f"{i:06}" * 50 for i in range(200_000)])
    pq.write_table(pa.table({"text": ids}), path, compression="none", use_dictionary=False)
    del ids
    source = sources.survey(tmp_path, "a.parquet", every=10_000, read=sources.Answers({}))
    before = pa.default_memory_pool().bytes_allocated()
    most = 0
    for batch in sources.batches(tmp_path, source, 10, 10_000):
        most = max(most, pa.default_memory_pool().bytes_allocated() - before)
        assert len(batch) <= CHUNK
    assert 0 < most < 10_000_000 < path.stat().st_size


def test_a_killed_run_goes_on_to_the_same_bytes(
    corpus: Path, tmp_path: Path, run: Run, tiny_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Killed while it writes its third shard, which is then there as a file aside."""
    options = ["--shard-rows", "4", "--threads", "1"]
    command = ["predict", "--checkpoint", str(tiny_folder), "--input", str(corpus), "--output",
               str(tmp_path / "out"), "--lang", "en", *options]  # fmt: skip
    program = (
        "import os, sys; from lfdrt.__main__ import main; real, times = os.fsync, []\n"
        "def fsync(file):\n"
        "    times.append(file)\n"
        "    if len(times) == 3: os.kill(os.getpid(), 9)\n"
        "    real(file)\n"
        "os.fsync = fsync; main(sys.argv[1:])"
    )
    killed = subprocess.run([sys.executable, "-c", program, *command], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    out = tmp_path / "out"
    whole = sorted(out.glob("part-*.parquet"))
    assert len(whole) == 2 and len(list(out.glob(".part-*"))) == 1
    whole[1].write_bytes(whole[1].read_bytes()[:-9])  # as a disk that lost its power leaves one
    kept = whole[0].stat()
    assert run(corpus, out, *options) == 0
    assert run(corpus, tmp_path / "again", *options) == 0
    assert parts(out) == parts(tmp_path / "again")
    assert whole[0].stat().st_mtime_ns == kept.st_mtime_ns, "it was predicted again"
    assert "30 of 30 rows predicted" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--shard-rows", "5"], "another --shard-rows (4, now 5)"),
        (["--family", "none"], "another --family ('own', now 'none')"),
        (["--prior", "joy=0.9"], "another --prior (None, now (0.01"),
        (["--whole-pictures"], "or without --whole-pictures"),
    ],
)
def test_another_setting_is_refused(
    corpus: Path,
    tmp_path: Path,
    run: Run,
    capsys: pytest.CaptureFixture[str],
    more: list[str],
    said: str,
) -> None:
    assert run(corpus / "a.csv", tmp_path / "out", "--engine", "local", "--shard-rows", "4") == 0
    before = parts(tmp_path / "out")
    given = ["--engine", "local", "--shard-rows", "4", *more]  # of two the last one counts
    assert run(corpus / "a.csv", tmp_path / "out", *given) == 2
    assert said in capsys.readouterr().err
    assert parts(tmp_path / "out") == before


def test_a_changed_corpus_is_refused(
    corpus: Path, tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(corpus, tmp_path / "out") == 0
    write(corpus / "d.csv", [["text"], ["one more"]])
    assert run(corpus, tmp_path / "out") == 2
    assert "d.csv is new since" in capsys.readouterr().err
    (corpus / "d.csv").unlink()
    write(corpus / "a.csv", [["text"], ["another"]])
    assert run(corpus, tmp_path / "out") == 2
    assert "a.csv was changed since" in capsys.readouterr().err


def test_what_cannot_be_read_is_told_by_file_and_row(
    corpus: Path, tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before the output folder is made."""

    def refused(*more: str) -> str:
        assert run(corpus, tmp_path / "out", *more) == 2
        assert not (tmp_path / "out").exists()
        return capsys.readouterr().err

    jsonl = corpus / "b" / "b.jsonl"
    good = jsonl.read_text()
    jsonl.write_text(good + '{"text": "cut o')
    assert "b/b.jsonl: rows cannot be read: row 21 (not valid JSON)." in refused()
    jsonl.write_text(good)
    write(corpus / "d.csv", [["text", "n"], ["one", "1"], ["two"]])
    assert "d.csv: rows cannot be read: row 3 (1 cells where the header has 2)." in refused()
    write(corpus / "d.csv", [["words", "n"], ["one", "1"]])
    assert "d.csv has no column of texts 'text', as a.csv has" in refused()
    write(corpus / "d.csv", [["text", "label"], ["one", "1"]])
    assert "d.csv already has a column 'label'" in refused()
    (corpus / "d.csv").write_text("text\none\n", encoding="utf-16")
    assert "d.csv: is utf-16, which cannot be read from the middle" in refused()
    (corpus / "d.csv").unlink()
    (corpus / "d.parquet").write_bytes(b"PAR1 and then nothing")
    assert "d.parquet: the Parquet file is damaged" in refused()
    (corpus / "d.parquet").unlink()
    assert "no column is called 'nothing'" in refused("--text-column", "nothing")


def test_folders_that_do_not_fit_are_refused(
    corpus: Path, tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for source, target, more, said in (
        (empty, tmp_path / "out", (), "there is no file of it"),
        (tmp_path / "*.parquet", tmp_path / "out", (), "there is no file of it"),
        (corpus, corpus / "out", (), "lies in the --input folder"),
        (corpus, tmp_path / "o.csv", (), "is written into a folder"),
        (corpus, corpus.parent, (), "lies in"),
        (corpus, tmp_path / "out", ("--address", "auto"), "--address needs --engine ray"),
        (corpus / "a.csv", tmp_path / "o.csv", ("--threads", "2"), "--threads needs --engine"),
    ):
        if target != corpus.parent:
            assert run(source, target, *more) == 2
            assert said in capsys.readouterr().err
    (empty / "mine.txt").write_text("not to be lost")
    assert run(corpus, empty) == 2
    assert "holds other files" in capsys.readouterr().err
    assert (empty / "mine.txt").exists()


def test_without_ray_the_same_command_goes_on_alone(
    corpus: Path,
    tmp_path: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from lfdrt.commands import predict_corpus

    monkeypatch.setattr(predict_corpus, "installed", lambda: False)
    assert run(corpus / "*.csv", tmp_path / "out", "--engine", "ray") == 0
    assert "Ray is not installed" in capsys.readouterr().err
    assert len(parts(tmp_path / "out")) == 1
    assert run(corpus, tmp_path / "other", "--engine", "ray", "--address", "auto") == 2
    assert "--address needs Ray" in capsys.readouterr().err


@pytest.fixture
def cluster() -> Iterator[str]:
    """The address of two nodes with a core each, beside one that only leads them."""
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'ray[data]'")
    import ray
    from ray.cluster_utils import Cluster

    small = {"object_store_memory": 100 << 20, "include_dashboard": False}
    nodes = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, **small})
    try:
        for _ in range(2):
            nodes.add_node(num_cpus=1, **small)
        yield nodes.address
    finally:
        ray.shutdown()
        nodes.shutdown()


@pytest.mark.slow
def test_a_cluster_writes_the_same_bytes_and_outlives_a_worker_and_a_node(
    corpus: Path,
    tmp_path: Path,
    run: Run,
    cluster: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Slow: starts three nodes and, with those that die, four workers."""
    from ray import cloudpickle

    from lfdrt.corpora import cluster as engine

    class Mortal(engine._Actor):
        """Dies with its third shard, and its node with the sixth; each once."""

        def __init__(self, job: Job) -> None:
            super().__init__(job)
            self._place = job.output.parent

        def __call__(self, shards: dict[str, Any]) -> dict[str, list[Any]]:
            for number, victim in ((2, os.getpid()), (5, os.getppid())):
                mark = self._place / f"died-{number}"
                if shards["shard"][0] == number and not mark.exists():
                    mark.touch()
                    os.kill(victim, signal.SIGKILL)
            return super().__call__(shards)

    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    monkeypatch.setattr(engine, "_Actor", Mortal)
    options = ["--shard-rows", "4", "--threads", "1"]
    there = ["--engine", "ray", "--address", cluster, "--workers", "2"]
    assert run(corpus, tmp_path / "out", *options, *there) == 0
    assert "30 of 30 rows predicted, in 9 shards." in capsys.readouterr().out
    assert {path.name for path in tmp_path.glob("died-*")} == {"died-2", "died-5"}
    assert run(corpus, tmp_path / "alone", *options) == 0
    assert parts(tmp_path / "out") == parts(tmp_path / "alone")
