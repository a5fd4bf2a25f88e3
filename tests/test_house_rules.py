"""How the code is written. Each test is a law of the architecture, and names the line that breaks it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Mapper

from tests.sources import ROOT, Function, Source, calls, sources
from tracker.models.base import Base

LONGEST_FILE = 400
LONGEST_BODY = 45
#: Bodies of functions longer than that, by their lines. A number here may go down, never up.
LONG_BODIES = {
    "tracker/graph/momentum.py _momentum": 46,  # one pass over the events, whose sums belong together
    "tracker/web/outcomes.py _end": 52,  # four ways to end, one form
}
#: Data written down, and the first migration, which makes every table.
LONG_FILES = {"migrations/versions/20261123_0840_7c1f5d2a9b30_the_register.py"}
VAGUE = {
    "utils",
    "util",
    "helpers",
    "helper",
    "manager",
    "managers",
    "common",
    "misc",
    "base_utils",
    "shared",
}
#: Where the transaction of a request, a command or a measurement ends.
COMMITTING = ("web", "api", "cli", "bench")
#: A service that calls one of these writes, so it says who acts.
WRITING = ("open_write", "add", "add_all", "delete", "flush", "merge")
COUNTED = re.compile(r"\b(\d+|[Nn]o) quer(y|ies)\b")


def own_python() -> list[Source]:
    """Return every Python file of the project."""
    return [each for folder in ("tracker", "tests", "migrations", ".ci") for each in sources(folder)]


def name_of(source: Source, function: Function) -> str:
    """Return how a function is named in the lists above."""
    return f"{source.path} {function.name}"


def body_lines(function: Function) -> int:
    """Return the lines of a function's body: its signature and its docstring do not count."""
    has_docstring = isinstance(function.body[0], ast.Expr) and isinstance(
        function.body[0].value, ast.Constant
    )
    body = function.body[1:] if has_docstring else function.body
    return (function.body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_files_stay_short() -> None:
    files = [each.path for each in own_python()]
    files += [str(path.relative_to(ROOT)) for path in ROOT.glob("templates/**/*.html")]
    files += [str(path.relative_to(ROOT)) for path in ROOT.glob("static/css/*.css")]
    long = {
        f"{name}: {count}"
        for name in [*files, "run.py"]
        if name not in LONG_FILES
        and (count := len((ROOT / name).read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert long == set()


def test_functions_stay_short_and_the_long_ones_never_grow() -> None:
    found = {
        name_of(source, function): lines
        for source in sources()
        for function in source.functions()
        if (lines := body_lines(function)) > LONGEST_BODY
    }
    assert found == LONG_BODIES


def test_no_file_has_a_name_that_says_nothing() -> None:
    vague = [
        path
        for folder in ("tracker", "tests", "templates", "static", "migrations")
        for path in (ROOT / folder).rglob("*")
        if path.stem.strip("_") in VAGUE
    ]
    assert vague == []


def test_only_the_edge_commits() -> None:
    inside = [
        f"{source.path}:{call.lineno}"
        for source in sources()
        if source.layer not in COMMITTING
        for call in calls(source.tree, "commit")
    ]
    assert inside == []


def test_every_flush_says_why() -> None:
    silent = []
    for source in sources():
        lines = source.text.splitlines()
        for call in calls(source.tree, "flush"):
            last = call.end_lineno or call.lineno
            if "#" not in lines[last - 1] and not lines[call.lineno - 2].strip().startswith("#"):
                silent.append(f"{source.path}:{call.lineno}")
    assert silent == []


def test_services_that_write_take_a_session_the_actor_and_named_fields() -> None:
    wrong = []
    for source in sources("tracker/services"):
        writing = writers(source)
        for function in source.public_functions():
            given = function.args
            names = [each.arg for each in (*given.args, *given.kwonlyargs)]
            if "session" not in names or function.name not in writing or is_step(function):
                continue
            named = [each.arg for each in given.kwonlyargs]
            if [each.arg for each in given.args] != ["session"] or named[:1] != ["actor"]:
                wrong.append(name_of(source, function))
    assert wrong == []


def writers(source: Source) -> set[str]:
    """Return the functions of a module that write, by themselves or through another function of it."""
    functions = {each.name: each for each in source.tree.body if isinstance(each, Function)}
    found: set[str] = set()
    while True:
        more = {name for name, each in functions.items() if calls(each, *WRITING, *found)}
        if more <= found:
            return found
        found |= more


def is_step(function: Function) -> bool:
    """Say whether a function is a step of a write that its caller has opened, by its own words."""
    return "transaction" in (ast.get_docstring(function) or "") and not calls(function, "commit")


def test_services_take_no_nameless_fields() -> None:
    nameless = [
        name_of(source, function)
        for source in sources("tracker/services")
        for function in source.functions()
        if function.args.kwarg
    ]
    assert nameless == []


def test_queries_read_and_never_write() -> None:
    writing = [
        f"{source.path}:{call.lineno}"
        for source in sources("tracker/queries")
        for call in calls(source.tree, "add_all", "flush", "merge", "insert", "delete", "open_write")
        if not (isinstance(call.func, ast.Attribute) and call.func.attr == "insert")  # lists have it too
    ]
    assert writing == []


def test_every_query_states_how_many_it_sends() -> None:
    silent = [
        name_of(source, function)
        for source in sources("tracker/queries")
        for function in source.public_functions()
        if "session" in [each.arg for each in function.args.args]
        and not COUNTED.search(ast.get_docstring(function) or "")
    ]
    assert silent == []


def test_no_relationship_loads_by_surprise() -> None:
    mappers: list[Mapper[Base]] = list(Base.registry.mappers)
    found = {
        f"{mapper.class_.__name__}.{each.key}": each.lazy
        for mapper in mappers
        for each in mapper.relationships
    }
    assert found
    assert {name: lazy for name, lazy in found.items() if lazy != "raise_on_sql"} == {}


def test_no_markup_is_written_in_python() -> None:
    marked = [
        f"{source.path}:{node.lineno}"
        for source in sources()
        for node in ast.walk(source.tree)
        if (isinstance(node, ast.Name) and node.id == "Markup")
        or (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and re.search(r"</(a|p|div|span|li|table|section|b|strong)>", node.value)
        )
    ]
    assert marked == []


def test_every_ignored_rule_has_its_reason() -> None:
    bare = []
    for path in [*ROOT.glob("tracker/**/*.py"), *ROOT.glob("tests/**/*.py"), ROOT / "run.py"]:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            ignored = re.search(r"# (noqa: [A-Z0-9, ]+|type: ignore\[[^]]+\])(.*)", line)
            if ignored and len(ignored[2].strip(" (#)")) < 8:
                bare.append(f"{path.relative_to(ROOT)}:{number}")
    assert bare == []


def test_no_file_promises_to_be_finished_later() -> None:
    later = re.compile(r"(#|//|<!--|/\*|\{#)\s*(TODO|FIXME)\b|raise NotImplemented")
    suffixes = {".py", ".html", ".css", ".js", ".md", ".toml", ".txt", ".yaml"}
    told = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in _project_files()
        if path.suffix in suffixes and path != Path(__file__)
        if (found := later.search(path.read_text(encoding="utf-8")))
    ]
    assert told == []


def test_a_page_that_only_reads_answers_head_and_writes_answer_post(app: Flask) -> None:
    methods = {
        rule.endpoint: (rule.methods or set()) - {"HEAD", "OPTIONS"} for rule in app.url_map.iter_rules()
    }
    assert {name: found for name, found in methods.items() if not found <= {"GET", "POST"}} == {}


def _project_files() -> list[Path]:
    folders = ("tracker", "templates", "static", "tests", "migrations")
    found = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    return [*found, *ROOT.glob("*.md"), *ROOT.glob("*.py"), *ROOT.glob("*.txt"), ROOT / "pyproject.toml"]


def test_one_place_decides_between_a_page_and_a_part_of_it() -> None:
    """Views call `render`; only a failure, which has no view, asks by itself."""
    deciding = {"tracker/web/fragments.py", "tracker/web/htmx.py", "tracker/web/errors.py"}
    words = re.compile(r"wants_fragment|HX-|\bhtmx\.(wants|boosted|target|source)")
    found = {each.path for each in sources("tracker") if words.search((ROOT / each.path).read_text("utf-8"))}
    assert found <= deciding
