"""A closer look: the switch in the Model menu, and what it asks of the learner."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from annotator.ui.main_window import MainWindow
from tests.ui.project_hand import Hand, prediction
from tests.ui.windows import close_dialogs, open_window


@pytest.fixture
def window(qtbot: QtBot, project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    made = open_window(qtbot, project)
    Hand(made.workspace).predict(prediction(10))
    (version,) = made.workspace.store.versions.all()
    made.workspace.store.versions.activate(version.id)
    made.workspace.versions_stored()
    yield made
    close_dialogs()


@pytest.fixture
def asked(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What the learner was asked to predict: images, whether only unreviewed ones, and closely."""
    found: list[tuple[Any, ...]] = []

    def predict(ids: object, *, only_unreviewed: bool = False, tiles: bool = False) -> None:
        found.append((ids, only_unreviewed, tiles))

    monkeypatch.setattr(window.learner, "predict", predict)
    return found


def test_the_switch_is_off_at_first_and_is_remembered(qtbot: QtBot, window: MainWindow) -> None:
    switch = window.actions_.by_id["tiles"]
    assert switch.isCheckable()
    assert not switch.isChecked()

    switch.trigger()

    assert switch.isChecked()
    assert window.settings.value.tiles
    assert window.actions_.by_id["tiles"].text() == "Look closely (tiles)"


def test_all_ways_to_pre_label_look_closely_while_it_is_on(
    window: MainWindow, asked: list[tuple[Any, ...]]
) -> None:
    actions, image = window.actions_.by_id, window.workspace.image
    assert image is not None
    ways = ("prelabel_here", "prelabel_all", "prelabel_everything")
    wanted = [((image.id,), False), (None, True), (None, False)]

    for way in ways:
        actions[way].trigger()
    actions["tiles"].trigger()
    for way in ways:
        actions[way].trigger()
    actions["tiles"].trigger()
    actions["prelabel_here"].trigger()
    window.images.prelabel_these_requested.emit((image.id,))
    window.images.prelabel_these_requested.emit(())

    assert asked[:3] == [(*row, False) for row in wanted]
    assert asked[3:6] == [(*row, True) for row in wanted]
    assert asked[6:] == [((image.id,), False, False)] * 2


def test_the_switch_says_what_it_costs(window: MainWindow, qtbot: QtBot) -> None:
    said: list[Any] = []
    window.workspace.said.connect(said.append)

    window.actions_.by_id["tiles"].trigger()
    window.actions_.by_id["tiles"].trigger()

    assert "several times as long" in said[0].text
    assert "as a whole" in said[1].text
