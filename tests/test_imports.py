"""Imports point down, and each outside library has its place (DESIGN §6, STYLE).

Reads the source, so that imports inside functions count too; runs nothing but the torch-free
vocabulary.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# The longest matching name gives a module's level; a module imports its own level or lower ones.
LEVELS: dict[str, int] = {
    "lfdrt": 0,  # labels, languages, events, config and what they stand on: torch-free
    "lfdrt.presets": 0,
    "lfdrt.runs": 0,
    "lfdrt.affinity": 1,
    "lfdrt.batch": 1,
    "lfdrt.output": 1,
    "lfdrt.runtime": 1,
    "lfdrt.losses": 1,
    "lfdrt.weights": 1,
    "lfdrt.words": 1,
    "lfdrt.encoders": 2,
    "lfdrt.model": 2,
    "lfdrt.data": 2,
    "lfdrt.checkpoint": 3,
    "lfdrt.evaluation": 4,
    "lfdrt.inference": 4,
    "lfdrt.corpora": 5,
    "lfdrt.training": 5,
    "lfdrt.baselines": 6,
    "lfdrt.kit": 6,
    "lfdrt.programs": 6,
    "lfdrt.commands": 7,
    "lfdrt.__main__": 8,
}
HOUSE = ("places", "page", "models", "jobs", "intake")
"""Of the app, from the ground up; above them lie the features, none of which knows another, and
above these what knows all of them."""
ROOF = ("kinds", "kiosk", "ui", "app.py")
VOCABULARY = {
    "lfdrt.codes",
    "lfdrt.config",
    "lfdrt.data.label_names",
    "lfdrt.digest",
    "lfdrt.errors",
    "lfdrt.events",
    "lfdrt.glottolog",
    "lfdrt.affinity",
    "lfdrt.words",
    "lfdrt.labels",
    "lfdrt.languages",
    "lfdrt.letters",
    "lfdrt.parts",
    "lfdrt.places",
    "lfdrt.presets",
    "lfdrt.runs.files",
    "lfdrt.runs.log",
    "lfdrt.runs.work",
    "lfdrt.training.teach.labels",
}
ONLY_IN = {
    # The encoder, how one is read from a folder, and whole models: for translation, and Llama and
    # BLIP-2 among the baselines. These share nothing with it but the library.
    "transformers": {
        "lfdrt.baselines.pretrained",
        "lfdrt.encoders.pretrained",
        "lfdrt.encoders.text",
        "lfdrt.encoders.translation",
    },
    # CLIP's text tower shares nothing with vision towers but the library.
    "open_clip": {"lfdrt.encoders.clip_text", "lfdrt.encoders.image"},
    # One place that sees the key, and an optional package.
    "openai": {"lfdrt.baselines.chat.client"},
    "peft": {"lfdrt.baselines.build_whole"},  # an optional package
    "ray": {"lfdrt.corpora.cluster"},  # another one
}
NOT_IN_LFDRT = {"gradio", "plotly", "matplotlib"}
POSIX_MODULES = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"}
POSIX_NAMES = {
    "os": {"chown", "fork", "forkpty", "geteuid", "getuid", "killpg", "mkfifo", "nice", "setsid"},
    "signal": {"SIGALRM", "SIGHUP", "SIGKILL", "SIGUSR1", "SIGUSR2", "alarm", "setitimer"},
}


@dataclass(frozen=True)
class Module:
    """A source file; `imports` are full module names, `loading` those that its own import
    imports."""

    name: str
    path: Path
    tree: ast.Module
    imports: frozenset[str]
    loading: frozenset[str]


@cache
def modules() -> dict[str, Module]:
    """Every module of the program by name; app.py is `app.py`, since `app` is the package."""
    found = {}
    for path in sorted([*(ROOT / "lfdrt").rglob("*.py"), *(ROOT / "app").rglob("*.py")]):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = _module(name, path)
    if (ROOT / "app.py").is_file():
        found["app.py"] = _module("app.py", ROOT / "app.py")
    return found


def _module(name: str, path: Path) -> Module:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    return Module(
        name=name,
        path=path,
        tree=tree,
        imports=frozenset(_imported(ast.walk(tree), package)),
        loading=frozenset(_imported(_when_loaded(tree), package)),
    )


def _when_loaded(tree: ast.Module) -> Iterator[ast.AST]:
    """Nodes that run when the module is imported: not for types only, not inside functions."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for child in ast.iter_child_nodes(node):
            for_types = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test)
            if not for_types and not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                waiting.append(child)


def _imported(nodes: Iterable[ast.AST], package: str) -> set[str]:
    names = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                up = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*up, base] if base else up)
            names |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return names


def _own(names: frozenset[str]) -> set[str]:
    """Those that are modules of the program: `from a import b` names `a.b` only where it is one."""
    return {name for name in names if name in modules()} - {"lfdrt", "app"}


def level(name: str) -> int:
    while name not in LEVELS:
        name = name.rpartition(".")[0]
    return LEVELS[name]


def test_levels_know_every_package() -> None:
    """A new package of `lfdrt` that has no level would pass as vocabulary."""
    packages = {name for name, m in modules().items() if m.path.name == "__init__.py"}
    assert {p for p in packages if p.startswith("lfdrt") and p.count(".") < 2} <= LEVELS.keys()


def test_imports_point_down() -> None:
    wrong = [
        f"{m.name} imports {other}"
        for m in modules().values()
        for other in _own(m.imports)
        if m.name.startswith("lfdrt") and level(other) > level(m.name)
    ]
    assert not wrong


def part(name: str) -> str:
    """The part of the app that a module lies in: a folder, or a file beside them."""
    return name if name == "app.py" else name.split(".")[1]


def climbs(name: str, other: str) -> bool:
    """Whether an import of the app points up, or from one feature into another."""

    def floor(part: str) -> int:
        steps = [*HOUSE, "a feature", *ROOF]
        return steps.index(part if part in steps else "a feature")

    above, below = part(name), part(other)
    return above != below and floor(below) >= floor(above)


def test_the_app_is_a_house() -> None:
    """places < page < models < jobs < intake < features < kinds < kiosk < ui < app.py."""
    app = {name for name in modules() if name.startswith("app.")}
    wrong = [
        f"{n} imports {o}" for n in app for o in _own(modules()[n].imports) & app if climbs(n, o)
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("name", "other", "wrong"),
    [
        ("app.table.tab", "app.recordings.player", True),
        ("app.paper.tab", "app.kiosk.kiosk", True),
        ("app.jobs.store", "app.table.kind", True),
        ("app.page.html", "app.models.shelf", True),
        ("app.table.tab", "app.table.views", False),
        ("app.kiosk.folder", "app.table.jobs", False),
        ("app.ui", "app.paper.tab", False),
    ],
)
def test_the_rule_sees_a_feature_that_knows_another(name: str, other: str, wrong: bool) -> None:
    assert climbs(name, other) is wrong


def test_lfdrt_does_not_know_the_app() -> None:
    wrong = [
        f"{m.name} imports {other}"
        for m in modules().values()
        if m.name.startswith("lfdrt")
        for other in m.imports
        if other.split(".")[0] in NOT_IN_LFDRT | {"app"}
    ]
    assert not wrong


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {m.name: _own(m.imports) - {m.name} for m in modules().values()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"a circle of imports: {' <- '.join(error.args[1])}")


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_named_only_where_it_belongs(library: str) -> None:
    users = {m.name for m in modules().values() if library in {i.split(".")[0] for i in m.imports}}
    assert users == ONLY_IN[library]


def test_the_app_takes_torch_inside_functions_only() -> None:
    """At the top of a module stands nothing of `lfdrt` that imports torch: the page would wait."""
    wrong = [
        f"{m.name} imports {other}"
        for m in modules().values()
        if m.name.startswith("app")
        for other in m.loading
        if other in modules() and other.startswith("lfdrt.") and other not in VOCABULARY
    ]
    assert not wrong


def test_gradios_private_parts_are_named_in_one_file() -> None:
    private = {"context", "utils", "processing_utils", "routes", "route_utils", "state_holder"}
    wrong = [f"{m.name}: {i}" for m in modules().values() for i in m.imports
             if i.startswith("gradio.") and m.name != "app.page.wiring"]  # fmt: skip
    wrong += [
        f"{m.name}: {node.attr}"
        for m in modules().values()
        if m.name.startswith("app") and m.name != "app.page.wiring"
        for node in ast.walk(m.tree)
        if isinstance(node, ast.Attribute) and node.attr in private
    ]
    assert not wrong


def test_nothing_of_one_operating_system() -> None:
    wrong = []
    for m in modules().values():
        wrong += [f"{m.name}: {i}" for i in m.imports if i.split(".")[0] in POSIX_MODULES]
        for node in ast.walk(m.tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                if node.attr in POSIX_NAMES.get(node.value.id, ()):
                    wrong.append(f"{m.name}: {node.value.id}.{node.attr}")
        wrong += [
            f"{m.name}: {i}"
            for i in m.imports
            if i.partition(".")[2] in POSIX_NAMES.get(i.partition(".")[0], ())
        ]
    assert not wrong


def test_the_vocabulary_is_free_of_torch() -> None:
    """Also through what it imports in turn: the command line's help and the app's start need it."""
    code = (
        f"import sys, {', '.join(sorted(VOCABULARY & modules().keys()))}\n"
        "print(sorted({'torch', 'transformers', 'open_clip'} & set(sys.modules)))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert told.stdout.strip() == "[]", told.stderr


def test_no_module_of_the_library_prints() -> None:
    """Loops yield events; the command line and app.py talk to people (STYLE 9)."""
    wrong = [
        m.name
        for m in modules().values()
        if m.name.startswith("lfdrt") and level(m.name) < LEVELS["lfdrt.commands"]
        for node in ast.walk(m.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if node.func.id == "print"
    ]
    assert not wrong
