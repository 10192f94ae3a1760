"""The kit's one script: `python3 run.py [--out FOLDER] [--minutes N] [--rehearse STEPS]`.

Sees that Python and its packages are there, then runs what lies beside it. Written for any Python 3
and nothing else, so that what is missing is a sentence and no trace. `lfdrt kit build` puts it into
the kit as run.py.
"""

import importlib.util
import os
import runpy
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NEEDED = {
    "accelerate": "accelerate",
    "huggingface_hub": "huggingface_hub",
    "numpy": "numpy",
    "open_clip": "open_clip_torch",
    "PIL": "pillow",
    "pyarrow": "pyarrow",
    "pydantic": "pydantic",
    "safetensors": "safetensors",
    "scipy": "scipy",
    "sklearn": "scikit-learn",
    "timm": "timm",
    "tokenizers": "tokenizers",
    "torch": "torch",
    "torchvision": "torchvision",
    "tqdm": "tqdm",
    "transformers": "transformers",
}
"""Module -> package."""


def missing():
    return sorted(NEEDED[name] for name in NEEDED if importlib.util.find_spec(name) is None)


def install_wheels(target):
    """What the kit brings itself, into a folder of its own: what is installed stays as it is."""
    wheels = sorted(str(path) for path in (HERE / "wheels").glob("*.whl"))
    if wheels and not target.is_dir():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
        subprocess.run([*command, "--target", str(target), *wheels], check=True)
    if target.is_dir():
        sys.path.insert(1, str(target))
        paths = [str(target), os.environ.get("PYTHONPATH")]
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))


def main(words):
    if sys.version_info < (3, 11):  # noqa: UP036 - any Python may be asked to run this
        return "The kit needs Python 3.11 or later: start run.py with one, and with torch."
    install_wheels(HERE / "site")
    if lacking := missing():
        tag = f"{sys.version_info.major}.{sys.version_info.minor}"
        return (
            f"{sys.executable} lacks {', '.join(lacking)}. Install them; or, where there is a "
            f"network, run `pip download --no-deps --only-binary=:all: --python-version {tag} "
            f"--platform manylinux2014_x86_64 -d wheels {' '.join(lacking)}` (and what these "
            f"need), and put the folder wheels into {HERE}."
        )
    sys.argv = ["lfdrt", "kit", "run", str(HERE), *words]
    runpy.run_module("lfdrt", run_name="__main__", alter_sys=True)  # ends the program


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
