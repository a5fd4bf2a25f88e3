"""The core stays pure and quick to load."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import tracker.graph

MODULES = sorted(path.stem for path in Path(tracker.graph.__file__).parent.glob("[!_]*.py"))
HEAVY = ("flask", "sqlalchemy", "numpy", "scipy", "pandas")


def loaded_by(module: str) -> set[str]:
    """Return the top packages in memory after an import in a fresh process."""
    script = f"import sys, tracker.graph.{module}; print(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("module", MODULES)
def test_a_module_of_the_graph_loads_nothing_heavy(module: str) -> None:
    assert not loaded_by(module) & set(HEAVY)


@pytest.mark.parametrize("module", sorted({*MODULES} - {"structure", "experts"}))
def test_only_the_structure_and_the_experts_load_networkx(module: str) -> None:
    assert "networkx" not in loaded_by(module)
