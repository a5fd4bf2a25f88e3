"""The core stays pure and quick to load."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import tracker.graph

MODULES = sorted(path.stem for path in Path(tracker.graph.__file__).parent.glob("[!_]*.py"))
HEAVY = ("flask", "sqlalchemy", "numpy", "scipy", "pandas")


#: Imports one module after the other, and tells with which of them what must not come came.
LOADING = """
import importlib, sys
modules, heavy = (each.split() for each in sys.argv[1:])
for module in modules:
    before = {*sys.modules}
    importlib.import_module(f"tracker.graph.{module}")
    print(*(f"{module}:{name}" for name in heavy if name in sys.modules and name not in before))
"""


def brought(modules: list[str], *heavy: str) -> list[str]:
    """Return which of the modules brought something heavy into a fresh process, as ``module:package``."""
    command = [sys.executable, "-c", LOADING, " ".join(modules), " ".join(heavy)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def test_the_modules_of_the_graph_load_nothing_heavy() -> None:
    assert len(MODULES) > 40
    assert brought(MODULES, *HEAVY) == []


def test_only_the_structure_and_the_experts_load_networkx() -> None:
    assert brought([each for each in MODULES if each not in ("structure", "experts")], "networkx") == []
    assert brought(["structure"], "networkx") == ["structure:networkx"]
