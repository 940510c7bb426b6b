"""A real project of drawn pictures in a workspace, and what the workspace says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from annotator.learning.protocol import Request
from annotator.ui.settings import UserSettings
from annotator.ui.workspace import Workspace
from tests.ui.project_hand import Hand, Heard, make_project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Five small pictures and the categories person (two joints) and ball."""
    return make_project(tmp_path)


@pytest.fixture
def closed_workspace(qtbot: QtBot) -> Iterator[Workspace]:
    """A workspace of Ada's without any project."""
    settings = UserSettings()
    settings.change(person="Ada")
    made = Workspace(settings)
    yield made
    made.close()


@pytest.fixture
def workspace(closed_workspace: Workspace, project: Path) -> Workspace:
    closed_workspace.open(project)
    return closed_workspace


@pytest.fixture
def hand(workspace: Workspace) -> Hand:
    return Hand(workspace)


@pytest.fixture
def heard(workspace: Workspace) -> Heard:
    return Heard(workspace)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """What windows ask of learner processes, none of which starts."""
    asked: list[Request] = []
    monkeypatch.setattr("annotator.ui.learner.Worker.start", lambda _: None)
    monkeypatch.setattr("annotator.ui.learner.Worker.send", lambda _, one: asked.append(one))
    return asked
