"""The settings: what is read, what is refused, and the key that is made."""

from __future__ import annotations

import stat
import threading
import time
from pathlib import Path

import pytest

from tracker.config import ROOT, SETTINGS, BadSetting, load_config

KEY = "a secret that is long enough for a test run"


def load(folder: Path, **settings: str) -> object:
    """Load a configuration with an instance folder of its own."""
    return load_config({"TRACKER_INSTANCE": str(folder), **settings})


def test_without_settings_the_database_and_its_key_stand_in_the_instance_folder(tmp_path: Path) -> None:
    config = load_config({"TRACKER_INSTANCE": str(tmp_path / "office")})
    assert config.database_url == f"sqlite:///{tmp_path / 'office' / 'tracker.db'}"
    assert config.secret_key_file == tmp_path / "office" / "tracker.key"
    assert stat.S_IMODE((tmp_path / "office" / "tracker.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "office").stat().st_mode) == 0o700


def test_the_key_is_made_once_and_read_again(tmp_path: Path) -> None:
    first = load_config({"TRACKER_INSTANCE": str(tmp_path)})
    assert load_config({"TRACKER_INSTANCE": str(tmp_path)}).secret_key == first.secret_key
    assert len(first.secret_key) >= 32


def test_a_process_waits_for_the_key_that_another_is_writing(tmp_path: Path) -> None:
    file = tmp_path / "tracker.key"
    file.touch(mode=0o600)

    def write() -> None:
        time.sleep(0.2)
        file.write_text(KEY)

    writer = threading.Thread(target=write)
    writer.start()
    assert load_config({"TRACKER_INSTANCE": str(tmp_path)}).secret_key == KEY
    writer.join()


def test_a_key_from_the_environment_needs_no_file(tmp_path: Path) -> None:
    config = load_config({"TRACKER_INSTANCE": str(tmp_path), "TRACKER_SECRET_KEY": KEY})
    assert config.secret_key == KEY
    assert config.secret_key_file is None
    assert list(tmp_path.iterdir()) == []


def test_a_relative_database_begins_at_the_folder_of_the_project(tmp_path: Path) -> None:
    config = load_config(
        {
            "TRACKER_INSTANCE": str(tmp_path),
            "TRACKER_SECRET_KEY": KEY,
            "TRACKER_DATABASE_URL": "sqlite:///instance/other.db",
        }
    )
    assert config.database_url == f"sqlite:///{ROOT / 'instance' / 'other.db'}"


def test_postgresql_is_taken_with_its_password(tmp_path: Path) -> None:
    url = "postgresql://tracker:s%40crt@db.example/tracker"
    config = load_config(
        {"TRACKER_INSTANCE": str(tmp_path), "TRACKER_SECRET_KEY": KEY, "TRACKER_DATABASE_URL": url}
    )
    assert config.database_url == url


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("TRACKER_SECRET_KEY", "short", "5 characters; it needs 32"),
        ("TRACKER_DATABASE_URL", "somewhere", "is no address of a database"),
        ("TRACKER_DATABASE_URL", "mysql://db/tracker", "it takes sqlite or postgresql"),
        ("TRACKER_DATABASE_URL", "sqlite://", "names no file"),
        ("TRACKER_DATABASE_URL", "sqlite:///:memory:", "names no file"),
        ("TRACKER_TIMEZONE", "Europe/Atlantis", "no time zone Europe/Atlantis"),
        ("TRACKER_TIMEZONE", "../../etc/passwd", "no time zone"),
        ("TRACKER_HTTPS", "maybe", "takes yes or no"),
        ("TRACKER_PROXY_HOPS", "-1", "a whole number from 0 to 10"),
        ("TRACKER_SESSION_HOURS", "0", "a whole number from 1 to 168"),
        ("TRACKER_SESSION_IDLE_MINUTES", "½", "a whole number from 1 to 1440"),
        ("TRACKER_METRICS_TOKEN", "short", "has 5 characters; it needs 32"),
        ("TRACKER_METRICS_TOKEN", "ein Schlüssel, der lang genug für alles ist", "of ASCII"),
        ("TRACKER_LOG_LEVEL", "loud", "takes debug, info, warning, not loud"),
        ("TRACKER_COLOUR", "orange", "There is no setting TRACKER_COLOUR"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, name: str, value: str, words: str) -> None:
    with pytest.raises(BadSetting, match=words) as refused:
        load(tmp_path, **{"TRACKER_SECRET_KEY": KEY, name: value})
    assert name in str(refused.value)


def test_a_key_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "tracker.key").write_bytes(b"\xff" * 64)
    with pytest.raises(BadSetting, match=r"tracker\.key cannot be used"):
        load(tmp_path)


def test_an_instance_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(BadSetting, match="cannot be made"):
        load(tmp_path / "taken")


def test_every_setting_says_what_it_means() -> None:
    assert all(each.name.startswith("TRACKER_") and each.meaning.endswith(".") for each in SETTINGS)
