"""Static files and pages travel compressed, so that a first visit is light."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.factories import Cast
from tests.signing import sign_in
from tracker.web.security import HEADERS

ROOT = Path(__file__).resolve().parents[2]
#: What a first visit may weigh, in bytes, without the font.
LIGHT = 60_000
UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress}


@pytest.mark.only_database("sqlite")
@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_a_style_sheet_comes_as_the_browser_reads_it(client: FlaskClient, encoding: str) -> None:
    original = (ROOT / "static/css/base.css").read_bytes()
    answer = client.get(
        "/static/css/base.css", headers={"Accept-Encoding": f"{encoding}, identity"}, buffered=True
    )
    assert answer.headers["Content-Encoding"] == encoding
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert UNPACK[encoding](answer.data) == original
    assert len(answer.data) < len(original) / 2
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


@pytest.mark.only_database("sqlite")
def test_a_browser_that_reads_nothing_compressed_gets_the_file_itself(client: FlaskClient) -> None:
    answer = client.get("/static/css/base.css", buffered=True)
    assert "Content-Encoding" not in answer.headers
    assert answer.data == (ROOT / "static/css/base.css").read_bytes()


@pytest.mark.only_database("sqlite")
def test_compressed_files_are_made_once_and_lie_beside_the_database(app: Flask) -> None:
    made = {path.name: path.stat().st_mtime_ns for path in (Path(app.instance_path) / "static").iterdir()}
    assert {Path(name).suffix for name in made} == {".br", ".gz"}
    assert not list((ROOT / "static").rglob("*.br"))


@pytest.mark.only_database("sqlite")
def test_a_first_visit_is_light(client: FlaskClient, cast: Cast, engine: Engine) -> None:
    sign_in(client, engine, cast.alice.user_id)
    accepts = {"Accept-Encoding": "br, gzip"}
    page = client.get("/", headers=accepts)
    assert page.headers["Content-Encoding"] in UNPACK
    text = UNPACK[page.headers["Content-Encoding"]](page.data).decode()
    files = set(re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js|svg)[^"]*)"', text))
    assert len(files) > 5
    weight = len(page.data) + sum(
        len(client.get(each, headers=accepts, buffered=True).data) for each in files
    )
    assert weight < LIGHT
