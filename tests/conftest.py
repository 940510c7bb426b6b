"""Fixtures for all tests: real data, isolated settings, and no Qt warning or leak unseen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def _shared_folder() -> Path | None:
    given = os.environ.get("ANNOTATOR_SHARED")
    if given:
        return Path(given)
    beside = Path(__file__).resolve().parents[2] / "shared"
    return beside if beside.exists() else None


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real images and weights; the test is skipped where there is none."""
    folder = _shared_folder()
    if folder is None:
        pytest.skip("no real data: neither $ANNOTATOR_SHARED nor ../shared is there")
    if not folder.is_dir():
        raise FileNotFoundError(f"$ANNOTATOR_SHARED names {folder}, which is not a folder")
    return folder


@pytest.fixture(autouse=True)
def isolated_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Preferences of a test go to a folder of its own."""
    from PySide6.QtCore import QSettings  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("settings")
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    for scope in (QSettings.Scope.UserScope, QSettings.Scope.SystemScope):
        QSettings.setPath(QSettings.Format.IniFormat, scope, str(folder))


def pytest_configure(config: pytest.Config) -> None:
    """A Qt warning fails the test that caused it."""
    config.option.qt_log_level_fail = "WARNING"
