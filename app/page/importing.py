"""Gradio's import without what only those who develop it need.

For each component that is defined, Gradio reads the source file of its class again and writes a
stub of it (`.pyi`) for editors beside it: half of what its import costs (1.3 s of a core of 2.7),
and a file written beside its own and ours. Of its private parts only this one must be known before
it is imported; the others are in `wiring`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

MODULE, WRITES = "gradio.component_meta", "create_or_modify_pyi"


def without_stubs() -> None:
    """From now on no stubs are made. Nothing happens where Gradio was imported before, or is
    another version that has no such function."""
    if MODULE not in sys.modules:
        sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    """Finds that one module, once, as it would be found without it."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != MODULE:
            return None
        sys.meta_path.remove(self)
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return spec
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            if hasattr(module, WRITES):
                setattr(module, WRITES, lambda *what: None)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec
