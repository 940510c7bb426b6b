"""Preferences: kept, read back, and harmless when broken."""

from __future__ import annotations

import getpass
from dataclasses import fields
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings
from pytestqt.qtbot import QtBot

from annotator.store.store import Store
from annotator.ui.settings import FIELDS, RECENT_LIMIT, Settings, UserSettings


def project_at(folder: Path) -> Path:
    Store.create(folder).close()
    return folder


def test_a_change_is_told_and_there_the_next_time(qtbot: QtBot) -> None:
    settings = UserSettings()
    assert settings.value == Settings()
    with qtbot.waitSignal(settings.changed, timeout=0):
        settings.change(person="Ada Lovelace, Ü", threshold=0.25, keys="cvat")
    assert UserSettings().value == Settings("Ada Lovelace, Ü", keys="cvat", threshold=0.25)


def test_the_login_name_stands_in_for_a_missing_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "ada")
    assert Settings(person="  ").person_name == "ada"
    assert Settings(person=" Bea ").person_name == "Bea"

    def nobody() -> str:
        raise KeyError("no such user")

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert Settings().person_name == "me"


def backend(**values: str) -> QSettings:
    made = QSettings(QSettings.defaultFormat(), QSettings.Scope.UserScope, "annotator", "annotator")
    for key, value in values.items():
        made.setValue(key, value)
    return made


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"'])
def test_broken_preferences_are_as_none(text: str) -> None:
    settings = UserSettings(backend(settings=text, recent=text or "{"))
    assert settings.value == Settings()
    assert settings.recent() == []


def test_preferences_of_another_version_are_left_out() -> None:
    settings = UserSettings(backend(settings='{"person": "Ada", "wings": 4}'))
    assert settings.value == Settings(person="Ada")


def test_every_preference_has_a_field_whose_choices_hold_the_default() -> None:
    default = Settings()
    assert [f.name for f in FIELDS] == [f.name for f in fields(Settings)]
    for field in FIELDS:
        assert field.label
        assert field.hint
        if field.choices:
            assert getattr(default, field.name) in [value for value, _ in field.choices]


def test_projects_opened_last_come_first_and_once(tmp_path: Path) -> None:
    settings = UserSettings()
    one, other = project_at(tmp_path / "one"), project_at(tmp_path / "other")
    settings.remember(one, picture=None, facts="3 images")
    settings.remember(other, picture=tmp_path / "p.png", facts="")
    settings.remember(one, picture=None, facts="4 images")
    found = UserSettings().recent()
    assert [(p.path, p.name, p.facts) for p in found] == [
        (one, "one", "4 images"),
        (other, "other", ""),
    ]
    assert [p.picture for p in found] == [None, tmp_path / "p.png"]
    assert found[0].opened.endswith("+00:00")


def test_projects_that_are_gone_are_left_out(tmp_path: Path) -> None:
    settings = UserSettings()
    gone = project_at(tmp_path / "gone")
    settings.remember(gone, picture=None, facts="")
    (gone / "project.sqlite").unlink()
    assert settings.recent() == []


def test_no_more_projects_are_kept_than_can_be_shown(tmp_path: Path) -> None:
    settings = UserSettings()
    for n in range(RECENT_LIMIT + 2):
        folder = tmp_path / str(n)
        folder.mkdir()
        (folder / "project.sqlite").touch()
        settings.remember(folder, picture=None, facts="")
    names = [p.name for p in settings.recent()]
    assert len(names) == RECENT_LIMIT
    assert names[0] == str(RECENT_LIMIT + 1)


def test_a_geometry_is_kept_and_an_unknown_one_is_empty() -> None:
    settings = UserSettings()
    assert settings.geometry("window").isEmpty()
    settings.keep_geometry("window", QByteArray(b"\x00\x01two"))
    assert UserSettings().geometry("window") == QByteArray(b"\x00\x01two")
