"""The product's own files as tests read them: parsed once, with the names that a message needs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file, by its path from the top of the project and its dotted name."""

    path: str
    module: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """What the file says, as Python reads it."""
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All parts of the tree: most laws look at each of them."""
        return tuple(ast.walk(self.tree))

    @property
    def layer(self) -> str:
        """Return the part of the package it belongs to: ``web`` for tracker/web/home.py, ``app`` for tracker/app.py."""
        parts = self.module.split(".")
        return parts[1] if len(parts) > 1 else ""

    def functions(self) -> Iterator[Function]:
        """Yield every function, methods and inner ones too."""
        return (node for node in self.nodes if isinstance(node, Function))

    def public_functions(self) -> Iterator[Function]:
        """Yield the functions that other modules may call."""
        return (
            node for node in self.tree.body if isinstance(node, Function) and not node.name.startswith("_")
        )


@cache
def sources(folder: str = "tracker") -> tuple[Source, ...]:
    """Return the Python files below a folder of the project."""
    found = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        text = path.read_text(encoding="utf-8")
        module = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        found.append(Source(name, module, text))
    return tuple(found)


def imported(node: ast.AST, modules: frozenset[str]) -> list[str]:
    """Return the modules that an import statement loads: ``from tracker.queries import facts`` loads the latter."""
    if isinstance(node, ast.Import):
        return [each.name for each in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    base = node.module or ""
    return [f"{base}.{each.name}" if f"{base}.{each.name}" in modules else base for each in node.names]


def calls(node: ast.AST, *names: str) -> list[ast.Call]:
    """Return the calls in a piece of code of a function or method with one of these names."""
    return [
        each
        for each in ast.walk(node)
        if isinstance(each, ast.Call)
        and (
            (isinstance(each.func, ast.Attribute) and each.func.attr in names)
            or (isinstance(each.func, ast.Name) and each.func.id in names)
        )
    ]
