"""The table of actions: menus, keys, and what each does in every state."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from annotator.store.store import Store
from annotator.ui.actions import CVAT_KEYS, MENUS, SPECS
from annotator.ui.main_window import MainWindow
from annotator.ui.panels.history import HistoryPanel
from tests.ui.project_hand import Hand, prediction
from tests.ui.windows import WAIT_MS, close_dialogs, open_window

KEYS = {
    "next_image": "D", "previous_image": "A",
    "next_unreviewed": "Ctrl+Shift+D", "previous_unreviewed": "Ctrl+Shift+A",
    "next_in_queue": "Space", "previous_in_queue": "Shift+Space",
    "review_next": "Ctrl+Return Ctrl+Enter",
    "tool_box": "R", "tool_polygon": "P", "tool_keypoints": "K", "tool_brush": "B",
    "tool_eraser": "E", "tool_select": "V",
    **{f"category_{n}": str(n) for n in range(1, 10)},
    "next_joint": "S", "previous_joint": "W", "visibility": "Q",
    "prelabel_here": "I", "prelabel_all": "Ctrl+B", "retrain": "Ctrl+L",
    "fit": "Ctrl+F", "actual_size": "Ctrl+0",
    "undo": "Ctrl+Z", "redo": "Ctrl+Shift+Z Ctrl+Y",
    "copy": "Ctrl+C", "paste": "Ctrl+V", "duplicate": "Ctrl+D",
    "delete": "Delete", "delete_vertex": "Backspace", "finish": "Return Enter", "cancel": "Esc",
    "category_by_name": "C",
    "hide": "H", "lock": "L", "group": "G", "ungroup": "U", "join": "J", "slice": "Alt+J",
    "smaller_brush": "[", "larger_brush": "]", "raise": "+", "lower": "-",
    "next_object": "Tab", "shortcuts": "F1",
}  # fmt: skip
"""The keys of other tools that people's fingers know."""


@pytest.fixture
def window(qtbot: QtBot, project: Path) -> Iterator[MainWindow]:
    yield open_window(qtbot, project)
    close_dialogs()


@pytest.fixture
def hand(window: MainWindow) -> Hand:
    return Hand(window.workspace)


def keys_of(profile: str) -> dict[str, tuple[str, ...]]:
    changed = CVAT_KEYS if profile == "cvat" else {}
    return {spec.id: changed.get(spec.id, spec.keys) for spec in SPECS}


def actions_in(menu: QMenu) -> Iterator[str]:
    for action in menu.actions():
        if isinstance(action.menu(), QMenu):
            yield from actions_in(action.menu())
        elif action.objectName():
            yield action.objectName()


def test_every_action_is_in_exactly_one_menu(window: MainWindow) -> None:
    menus = [a.menu() for a in window.menuBar().actions()]
    assert [m.title() for m in menus if isinstance(m, QMenu)] == list(MENUS)
    found = Counter(name for m in menus if isinstance(m, QMenu) for name in actions_in(m))
    ids = Counter(spec.id for spec in SPECS)
    assert {name: found[name] for name in ids} == dict.fromkeys(ids, 1)


@pytest.mark.parametrize("profile", ["default", "cvat"])
def test_no_two_actions_share_a_key(profile: str) -> None:
    keys = Counter(QKeySequence(k).toString() for row in keys_of(profile).values() for k in row)
    assert "" not in keys
    assert [key for key, count in keys.items() if count > 1] == []


def test_keys_are_the_ones_people_know() -> None:
    known = {name: tuple(keys.split()) for name, keys in KEYS.items()}
    ours = keys_of("default")
    assert {n: k for n, k in ours.items() if n in known} == {
        n: k for n, k in known.items() if n in ours
    }
    others = {key for name, row in known.items() if name not in ours for key in row}
    taken = {key for row in ours.values() for key in row}
    assert others & taken == set()


def test_keys_walk_the_images(window: MainWindow) -> None:
    workspace = window.workspace
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_D)
    QTest.keyClick(window.canvas, Qt.Key.Key_D)
    QTest.keyClick(window.canvas, Qt.Key.Key_A)
    assert workspace.image == workspace.images[1]


def test_the_cvat_profile_walks_with_f_and_d_at_once(window: MainWindow) -> None:
    workspace = window.workspace
    window.settings.change(keys="cvat")
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_F)
    QTest.keyClick(window.canvas, Qt.Key.Key_F)
    QTest.keyClick(window.canvas, Qt.Key.Key_D)
    assert workspace.image == workspace.images[1]
    QTest.keyClick(window.canvas, Qt.Key.Key_A)
    assert workspace.image == workspace.images[1]
    assert window.actions_.by_id["next_image"].text().endswith("F")


def test_a_tool_key_takes_up_its_tool_and_checks_its_action(window: MainWindow) -> None:
    window.canvas.setFocus()
    tools = ("box", "polygon", "keypoints", "brush", "eraser", "select")
    for key, tool in zip("RPKBEV", tools, strict=True):
        QTest.keyClicks(window.canvas, key.lower())
        assert window.workspace.tool == tool
        checked = [a.objectName() for a in window.actions_.tools() if a.isChecked()]
        assert checked == [f"tool_{tool}"]


def test_a_number_recategorises_the_selection_and_too_high_a_one_does_nothing(
    window: MainWindow, hand: Hand
) -> None:
    made = hand.draw()
    window.canvas.setFocus()
    QTest.keyClicks(window.canvas, "2")
    assert window.workspace.annotations[0].category_id == 2
    QTest.keyClicks(window.canvas, "9")
    assert (window.workspace.annotations[0].id, len(hand.steps())) == (made.id, 2)


def test_typing_into_any_field_of_the_window_does_nothing_else(
    qtbot: QtBot, window: MainWindow, hand: Hand
) -> None:
    workspace = window.workspace
    hand.predict(prediction(10))
    workspace.select(prediction_id=workspace.predictions[0].id)
    fields = [f for f in window.findChildren(QLineEdit) if f.isVisible() and f.isEnabled()]
    assert fields
    for field in fields:
        field.setFocus()
        qtbot.waitUntil(field.hasFocus)
        field.clear()
        QTest.keyClicks(field, "dar2 i")
        assert field.text() == "dar2 i"
        field.clear()
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Delete):
            QTest.keyClick(field, key)
    assert (workspace.image, workspace.tool) == (workspace.images[0], "select")
    assert (workspace.annotations, len(workspace.predictions)) == ((), 1)


def test_delete_works_with_the_focus_in_a_panel(window: MainWindow, hand: Hand) -> None:
    hand.draw()
    window.setFocus()
    QTest.keyClick(window, Qt.Key.Key_Delete)
    assert window.workspace.annotations == ()


def test_without_a_project_only_what_makes_sense_is_enabled(qtbot: QtBot) -> None:
    window = open_window(qtbot)
    enabled = {name for name, action in window.actions_.by_id.items() if action.isEnabled()}
    assert enabled == {
        "new", "open", "demo", "import", "settings", "quit", "shortcuts", "about", "reports",
    }  # fmt: skip


def trigger_everything(qtbot: QtBot, window: MainWindow, *, but: set[str]) -> None:
    """An exception in any of them fails the test."""
    for name, action in window.actions_.by_id.items():
        if name not in but and action.isEnabled():
            action.trigger()
            close_dialogs()
    qtbot.waitUntil(lambda: not window.progress.isVisible(), timeout=WAIT_MS)


@pytest.mark.parametrize("state", ["welcome", "empty", "image", "object", "prediction"])
def test_every_action_can_be_chosen_in_every_state(
    qtbot: QtBot, state: str, project: Path, tmp_path: Path
) -> None:
    Store.create(tmp_path / "empty").close()
    place = {"welcome": None, "empty": tmp_path / "empty"}.get(state, project)
    window = open_window(qtbot, place)
    hand = Hand(window.workspace)
    if state == "object":
        hand.draw()
    elif state == "prediction":
        hand.predict(prediction(10))
        window.workspace.select(prediction_id=window.workspace.predictions[0].id)
    trigger_everything(qtbot, window, but={"demo", "close", "quit"})
    assert window.isVisible()
    assert (window.workspace.store is None) == (state == "welcome")
    close_dialogs()


def test_an_action_that_asks_first_says_so_by_an_ellipsis(qtbot: QtBot, window: MainWindow) -> None:
    for name, action in window.actions_.by_id.items():
        if action.isEnabled() and name not in {"demo", "close", "quit", "shortcuts", "about"}:
            action.trigger()
            asks = close_dialogs() > 0
            assert asks == ("..." in action.text()), name
    qtbot.waitUntil(lambda: not window.progress.isVisible(), timeout=WAIT_MS)


def test_every_menu_item_the_words_name_is_there() -> None:
    root = Path(__file__).resolve().parents[2]
    texts = [*root.glob("annotator/**/*.py"), *root.glob("docs/**/*.md"), root / "README.md"]
    items = {(spec.menu.partition("/")[0], spec.text.rstrip(".").lower()) for spec in SPECS}
    items |= {tuple(spec.menu.lower().split("/")) for spec in SPECS if "/" in spec.menu}
    items |= {(name.capitalize(), text) for name, text in items}
    named = re.compile(rf"\b({'|'.join(MENUS)}) > ([A-Z][\w-]*(?: [a-z]+)?)")
    found = [
        (file.name, *match)
        for file in texts
        for match in named.findall(file.read_text(encoding="utf-8"))
    ]
    assert found
    for name, menu, words in found:
        first = words.lower().split()[0]
        known = [text for where, text in items if where == menu]
        assert any(text.startswith(first) for text in known), f"{name} names {menu} > {words}"


def test_the_history_is_a_menu_item_away(window: MainWindow) -> None:
    window.actions_.by_id["history"].trigger()
    panel = window.findChild(HistoryPanel)
    assert panel is not None
    assert panel.isVisible()
