"""Single keys: taken by the window, never from a field."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QLineEdit,
    QListWidget,
    QMainWindow,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from annotator.ui.keys import KeyFilter, is_bare

BOUND = ("A", "3", "Return", "Esc", "Delete", "Shift+Space", "+")


class Window(QMainWindow):
    """Some widgets, and keys that write down that they were pressed."""

    def __init__(self) -> None:
        super().__init__()
        self.pressed: list[str] = []
        self.does_something = True
        self.line, self.text, self.spin = QLineEdit(), QPlainTextEdit(), QDoubleSpinBox()
        self.list, self.button = QListWidget(), QPushButton("Button")
        self.list.addItems(["apple", "3 pears"])
        box = QWidget()
        layout = QVBoxLayout(box)
        for widget in (self.line, self.text, self.spin, self.list, self.button):
            layout.addWidget(widget)
        self.setCentralWidget(box)
        self.keys = KeyFilter(self)
        self.keys.bind({key: lambda key=key: self.press(key) for key in BOUND})

    def press(self, key: str) -> bool:
        self.pressed.append(key)
        return self.does_something


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    made = Window()
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    return made


def type_into(qtbot: QtBot, widget: QWidget) -> None:
    widget.setFocus()
    qtbot.waitUntil(widget.hasFocus)
    QTest.keyClicks(widget, "a3")
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Delete):
        QTest.keyClick(widget, key)


@pytest.mark.parametrize("name", ["line", "text", "spin"])
def test_what_is_typed_into_a_field_stays_there(qtbot: QtBot, window: Window, name: str) -> None:
    type_into(qtbot, getattr(window, name))
    assert window.pressed == []
    if name == "line":
        assert window.line.text() == "a3"


@pytest.mark.parametrize("name", ["list", "button"])
def test_elsewhere_keys_are_taken_before_a_list_searches_by_them(
    qtbot: QtBot, window: Window, name: str
) -> None:
    window.list.setCurrentRow(1)
    type_into(qtbot, getattr(window, name))
    assert window.pressed == ["A", "3", "Return", "Esc", "Delete"]
    assert window.list.currentRow() == 1


def test_a_key_that_means_nothing_now_goes_on_to_the_list(qtbot: QtBot, window: Window) -> None:
    window.does_something = False
    window.list.setFocus()
    QTest.keyClicks(window.list, "3")
    assert window.list.currentRow() == 1


def test_a_key_that_is_not_bound_goes_on_to_the_list(window: Window) -> None:
    window.list.setFocus()
    window.list.setCurrentRow(0)
    QTest.keyClick(window.list, Qt.Key.Key_Down)
    assert window.list.currentRow() == 1


@pytest.mark.parametrize(
    ("key", "modifiers", "name"),
    [
        (Qt.Key.Key_3, Qt.KeyboardModifier.KeypadModifier, "3"),
        (Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier, "Shift+Space"),
        (Qt.Key.Key_Plus, Qt.KeyboardModifier.ShiftModifier, "+"),
    ],
)
def test_the_keypad_and_shift_are_known(
    window: Window, key: Qt.Key, modifiers: Qt.KeyboardModifier, name: str
) -> None:
    window.button.setFocus()
    QTest.keyClick(window, key, modifiers)
    assert window.pressed == [name]


@pytest.mark.parametrize("modifier", ["Control", "Alt", "Meta"])
def test_a_key_with_another_modifier_is_another_key(window: Window, modifier: str) -> None:
    window.button.setFocus()
    QTest.keyClick(window, Qt.Key.Key_A, getattr(Qt.KeyboardModifier, f"{modifier}Modifier"))
    assert window.pressed == []


def test_keys_bound_anew_replace_the_old_ones(window: Window) -> None:
    window.button.setFocus()
    window.keys.bind({"F": lambda: window.press("F")})
    QTest.keyClick(window, Qt.Key.Key_A)
    QTest.keyClick(window, Qt.Key.Key_F)
    assert window.pressed == ["F"]


@pytest.mark.parametrize(
    ("keys", "bare"),
    [
        *((key, True) for key in ("D", "F", "3", "Space", "Shift+Space", "Esc", "+", "[")),
        *((key, False) for key in ("", "F1", "F12", "Ctrl+D", "Alt+J", "Ctrl+Shift+Z", "Ctrl++")),
    ],
)
def test_bare_is_a_key_that_could_be_typed(keys: str, bare: bool) -> None:
    assert is_bare(keys) == bare
