"""Who may import whom. Each test is a law of the architecture, and names the line that breaks it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator

from tests.sources import Source, imported, sources

#: Higher numbers may import lower ones and their own, never the other way. A part that is missing here fails.
RANKS = {
    "graph": 0, "models": 0, "version": 0, "config": 0, "clock": 0, "watching": 0,
    "queries": 1,
    "exchange": 2, "sample": 2,
    "services": 3,
    "extensions": 4,
    "web": 5, "api": 5, "cli": 5,
    "app": 6,
    "bench": 7,
}  # fmt: skip
#: Parts of one rank that do not know each other, but for what stands here.
SIDEWAYS = {
    ("api", "web"),  # who asks, and which day they ask for, are read the same way for pages and for JSON
    ("cli", "web"),  # the file that plays by itself is drawn by the templates of the pages
}
#: What belongs to one process, not to the core: services and queries are told the day and the settings.
EDGE = ("web", "api", "cli", "app", "bench", "extensions")
FLASK = ("flask", "flask_login", "flask_sqlalchemy", "flask_wtf", "flask_htmx", "werkzeug", "jinja2")
CORE = ("models", "graph", "queries", "services", "exchange", "sample")
#: Imports inside a function, each with its reason. Something heavy that most runs never need.
LAZY: dict[tuple[str, str], str] = {
    ("tracker/bench/stage.py", "playwright.sync_api"): "only who measures in a browser has it installed",
}

MODULES = frozenset(source.module for source in sources())


def imports() -> Iterator[tuple[Source, int, str]]:
    """Yield every import of the product: the file, the line and the module it names."""
    for source in sources():
        for node in source.nodes:
            if isinstance(node, ast.Import | ast.ImportFrom):
                for name in imported(node, MODULES):
                    yield source, node.lineno, name


def top(name: str) -> str:
    """Return the package a module belongs to."""
    return name.partition(".")[0]


def test_every_part_of_the_product_has_its_rank() -> None:
    parts = {source.layer for source in sources() if source.layer}
    assert parts == set(RANKS)


def test_imports_run_downwards_only() -> None:
    upwards = []
    for source, line, name in imports():
        if top(name) != "tracker" or not source.layer:
            continue
        into = name.split(".")[1]
        if into != source.layer and RANKS[into] >= RANKS[source.layer]:
            upwards.append((source.layer, into, f"{source.path}:{line}"))
    assert [each for each in upwards if each[:2] not in SIDEWAYS] == []


def test_the_clock_and_the_settings_are_read_at_the_edge_alone() -> None:
    inside = [
        f"{source.path}:{line} {name}"
        for source, line, name in imports()
        if name in ("tracker.clock", "tracker.config", "tracker.extensions") and source.layer not in EDGE
    ]
    assert inside == []


def test_imports_are_absolute() -> None:
    relative = [
        f"{source.path}:{node.lineno}"
        for source in sources()
        for node in source.nodes
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def test_nothing_is_imported_inside_a_function_without_a_reason() -> None:
    found = {
        (source.path, name)
        for source in sources()
        for function in source.functions()
        for node in ast.walk(function)
        for name in imported(node, MODULES)
    }
    assert found == set(LAZY)


def test_the_core_never_imports_flask() -> None:
    knows = [
        f"{source.path}:{line} {name}"
        for source, line, name in imports()
        if source.layer in CORE and (top(name) in FLASK or top(name).startswith("flask"))
    ]
    assert knows == []


def test_pages_and_the_api_never_import_networkx() -> None:
    knows = [
        f"{source.path}:{line}"
        for source, line, name in imports()
        if source.layer in ("web", "api", "cli") and top(name) == "networkx"
    ]
    assert knows == []


def test_only_the_standard_library_and_networkx_are_known_to_the_graph() -> None:
    allowed = sys.stdlib_module_names | {"networkx", "tracker"}
    knows = [
        f"{source.path}:{line} {name}"
        for source, line, name in imports()
        if source.layer == "graph" and top(name) not in allowed
    ]
    assert knows == []


def test_one_module_alone_knows_the_library_that_counts() -> None:
    knows = {source.path for source, _, name in imports() if top(name) == "prometheus_client"}
    assert knows == {"tracker/watching.py"}


def test_one_module_alone_knows_the_headers_of_htmx() -> None:
    knows = [
        source.path
        for source in sources()
        if source.path != "tracker/web/htmx.py"
        and any(name in source.text for name in ("HX-Request", "HX-Source", "HX-Target", "HX-Boosted"))
    ]
    assert knows == []


def test_the_package_itself_holds_one_docstring() -> None:
    (package,) = (source for source in sources() if source.path == "tracker/__init__.py")
    assert [type(node) for node in package.tree.body] == [ast.Expr]


#: What each part must not bring into a process that has those before it; the graph alone is `graph/test_purity.py`'s.
UNKNOWN = {
    "tracker.models": {"flask", "numpy", "networkx"},
    "tracker.queries": {"flask", "numpy"},
    "tracker.exchange": {"flask", "numpy"},
    "tracker.services": {"flask", "numpy"},
}


def test_the_core_loads_in_a_fresh_process_without_what_it_must_not_know() -> None:
    lines = ["import sys"]
    for package in UNKNOWN:
        every = [name for name in sorted(MODULES) if name == package or name.startswith(f"{package}.")]
        lines += [f"import {', '.join(every)}", "print(*{name.split('.')[0] for name in sys.modules})"]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True
    )
    loaded = zip(UNKNOWN, done.stdout.splitlines(), strict=True)
    known = {package: set(names.split()) & UNKNOWN[package] for package, names in loaded}
    assert {package: names for package, names in known.items() if names} == {}
