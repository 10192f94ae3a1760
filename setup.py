"""What pyproject.toml has no words for: a wheel carries the app, the bundled models and what both
read, as lfdrt/bundle (`lfdrt.places`), so that it installs no name but lfdrt."""

from __future__ import annotations

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py


class WithoutThisFile(build_py):
    """Of the modules beside it only app.py is part of the program."""

    def find_package_modules(self, package: str, folder: str) -> list[tuple[str, str, str]]:
        found = super().find_package_modules(package, folder)
        return [one for one in found if one[:2] != ("lfdrt.bundle", "setup")]


setup(
    cmdclass={"build_py": WithoutThisFile},
    packages=[*find_packages(include=["lfdrt", "lfdrt.*"]), "lfdrt.bundle"],
    package_dir={"lfdrt.bundle": "."},
    package_data={
        "lfdrt": ["py.typed", "*.pyi"],
        "lfdrt.bundle": ["app/**/*", "assets/**/*", "checkpoints/*/*"],
    },
    exclude_package_data={
        "lfdrt.bundle": ["*/__pycache__/*", "assets/make_*.py", "assets/capture.webp"]
    },
)
