"""Made-up faces in the layout of `faces.zip` and `faces.csv`, for tests of what reads them."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

from PIL import Image

from lfdrt.labels import EKMAN7


def write_faces(folder: Path, *, label: str | None = None) -> Path:
    """Two training pictures and one dev picture of each class, all of random grey."""
    rng = random.Random(0)
    lines = ["image,label,split"]
    with zipfile.ZipFile(folder / "faces.zip", "w") as archive:
        for k, emotion in enumerate(EKMAN7.labels):
            for split in ("train", "train", "dev"):
                name = f"{emotion}/{len(lines)}.png"
                buffer = io.BytesIO()
                Image.new("L", (48, 48), 30 * k + rng.randrange(20)).save(buffer, "PNG")
                archive.writestr(name, buffer.getvalue())
                lines.append(f"{name},{label or emotion},{split}")
    (folder / "faces.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder
