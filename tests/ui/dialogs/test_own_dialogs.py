"""The list of keys and the settings."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QTreeWidget,
)

from annotator.ui.dialogs.settings import SettingsDialog
from annotator.ui.dialogs.shortcuts import ShortcutsDialog, plain
from annotator.ui.settings import FIELDS, UserSettings


@pytest.fixture
def menus(qtbot) -> list[QMenu]:
    file, model = QMenu("&File"), QMenu("Model")
    for menu, text, keys in (
        (file, "&Export COCO…", ("Ctrl+E",)),
        (file, "Quit", ()),
        (model, "Retrain...", ("Ctrl+L", "Ctrl+T")),
    ):
        action = menu.addAction(text)
        action.setShortcuts([QKeySequence(k) for k in keys])
    file.addSeparator()
    for menu in (file, model):
        qtbot.addWidget(menu)
    return [file, model]


@pytest.fixture
def keys(menus, show) -> ShortcutsDialog:
    told = QAction("Box", menus[0])
    told.setProperty("keys", "R")
    told.setProperty("menu", "Object")
    return show(ShortcutsDialog([*menus[0].actions(), *menus[1].actions(), told]))


def shown(dialog) -> dict[str, list[tuple[str, str]]]:
    tree = dialog.findChild(QTreeWidget, "shortcuts_tree")
    found = {}
    for row in range(tree.topLevelItemCount()):
        head = tree.topLevelItem(row)
        lines = [head.child(n) for n in range(head.childCount())]
        if not head.isHidden():
            found[head.text(0)] = [(i.text(0), i.text(1)) for i in lines if not i.isHidden()]
    return found


def test_actions_stand_by_menu_with_their_keys(keys):
    groups = shown(keys)
    assert groups["File"] == [("Export COCO", "Ctrl+E"), ("Quit", "")]
    assert groups["Model"] == [("Retrain", "Ctrl+L, Ctrl+T")]
    assert groups["Object"] == [("Box", "R")]
    assert "On the canvas" in groups


def test_typing_searches_words_and_keys(keys, qtbot):
    field = keys.findChild(QLineEdit, "shortcuts_filter")
    qtbot.keyClicks(field, "ctrl+l")
    assert shown(keys) == {"Model": [("Retrain", "Ctrl+L, Ctrl+T")]}
    qtbot.keyClicks(field, "nothing")
    assert shown(keys) == {}
    assert keys.findChild(QLabel, "shortcuts_nothing").isVisible()
    field.clear()
    assert len(shown(keys)) == 4


def test_escape_closes_it(keys, qtbot):
    qtbot.keyClick(keys, Qt.Key.Key_Escape)
    assert not keys.isVisible()


def test_menu_texts_lose_their_marks():
    assert plain("Cut && &paste...") == "Cut & paste"


@pytest.fixture
def settings(qtbot) -> UserSettings:
    return UserSettings()


@pytest.fixture
def dialog(settings, show) -> SettingsDialog:
    return show(SettingsDialog(settings))


def test_every_field_of_the_table_is_there(dialog):
    kinds = (QLineEdit, QComboBox, QDoubleSpinBox, QCheckBox)
    for field in FIELDS:
        assert any(dialog.findChild(kind, f"settings_{field.name}") for kind in kinds), field.name


def test_changes_are_kept_when_asked(dialog, settings, qtbot):
    dialog.findChild(QLineEdit, "settings_person").setText(" Ada ")
    theme = dialog.findChild(QComboBox, "settings_theme")
    theme.setCurrentIndex(theme.findData("dark"))
    dialog.findChild(QDoubleSpinBox, "settings_threshold").setValue(0.35)
    dialog.findChild(QCheckBox, "settings_keep_zoom").click()
    assert settings.value.person == ""
    with qtbot.waitSignal(settings.changed):
        dialog.findChild(QPushButton, "settings_dialog_accept").click()
    assert (settings.value.person, settings.value.theme) == ("Ada", "dark")
    assert settings.value.threshold == pytest.approx(0.35)
    assert settings.value.keep_zoom


def test_keeping_unchanged_settings_tells_nobody(dialog, settings, qtbot):
    with qtbot.assertNotEmitted(settings.changed):
        dialog.findChild(QPushButton, "settings_dialog_accept").click()


def test_cancel_keeps_the_old_ones(dialog, settings):
    dialog.findChild(QLineEdit, "settings_person").setText("Ada")
    dialog.findChild(QPushButton, "settings_dialog_cancel").click()
    assert settings.value.person == ""
