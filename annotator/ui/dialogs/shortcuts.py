"""Every action with its keys, by menu, searchable (F1)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QFont, QKeySequence
from PySide6.QtWidgets import (
    QHeaderView,
    QLineEdit,
    QMenu,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from annotator.ui.dialogs.frame import Frame
from annotator.ui.look import as_role, button, caption, icon

_POINTER = (
    ("Zoom", "Ctrl + wheel"),
    ("Scroll", "Wheel"),
    ("Pan", "Middle button, or Space + drag"),
    ("Switch a joint's visibility", "Right click on it"),
    ("Choose, or re-label the selection", "1 to 9"),
)


class ShortcutsDialog(Frame):
    """A searchable list; typing filters by words and by keys."""

    def __init__(self, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__("shortcuts_dialog", "Keys", parent)
        self._field = QLineEdit()
        self._field.setObjectName("shortcuts_filter")
        self._field.setPlaceholderText("Search an action or a key")
        self._field.setClearButtonEnabled(True)
        self._field.addAction(icon("magnifying-glass"), QLineEdit.ActionPosition.LeadingPosition)
        self._tree = _tree()
        self._nothing = caption("No action is called that.", "shortcuts_nothing", role="muted")
        self._nothing.hide()
        self.body.addWidget(self._field)
        self.body.addWidget(self._tree, 1)
        self.body.addWidget(self._nothing)
        done = button("Close", "shortcuts_close")
        done.clicked.connect(self.accept)
        self.buttons.addWidget(done)
        self._fill(actions)
        self._field.textChanged.connect(self._on_filter_changed)
        self.resize(520, 600)

    def _fill(self, actions: Sequence[QAction]) -> None:
        rows: dict[str, list[tuple[str, str]]] = {}
        for action in actions:
            text = plain(action.text())
            if text and not action.isSeparator() and action.menu() is None:
                rows.setdefault(_menu_of(action), []).append((text, keys_of(action)))
        rows["On the canvas"] = list(_POINTER)
        for group, lines in rows.items():
            head = QTreeWidgetItem([group, ""])
            font = QFont(self.font())
            font.setBold(True)
            head.setFont(0, font)
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            for text, keys in lines:
                line = QTreeWidgetItem([text, keys])
                end = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                line.setTextAlignment(1, end)
                head.addChild(line)
            self._tree.addTopLevelItem(head)
            head.setExpanded(True)

    def _on_filter_changed(self, text: str) -> None:
        words = text.lower().split()
        shown = 0
        for row in range(self._tree.topLevelItemCount()):
            head = self._tree.topLevelItem(row)
            if head is None:
                continue
            inside = 0
            for number in range(head.childCount()):
                line = head.child(number)
                hit = line is not None and _is_hit(line, words)
                if line is not None:
                    line.setHidden(not hit)
                inside += hit
            head.setHidden(inside == 0)
            shown += inside
        self._nothing.setVisible(shown == 0)


def _is_hit(line: QTreeWidgetItem, words: Sequence[str]) -> bool:
    text = f"{line.text(0)} {line.text(1)}".lower()
    return all(word in text for word in words)


def plain(text: str) -> str:
    """A menu text without its mnemonic and dots."""
    text = text.partition("\t")[0]
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip("….")


def keys_of(action: QAction) -> str:
    """The keys of an action, or those it tells of itself in its property "keys"."""
    told = action.property("keys")
    if told:
        return str(told)
    style = QKeySequence.SequenceFormat.NativeText
    return ", ".join(keys.toString(style) for keys in action.shortcuts())


def _menu_of(action: QAction) -> str:
    """The menu the action stands in, or what its property "menu" says."""
    told = action.property("menu")
    if told:
        return str(told)
    for owner in action.associatedObjects():
        if isinstance(owner, QMenu) and owner.title():
            return plain(owner.title())
    return "Other"


def _tree() -> QTreeWidget:
    tree = QTreeWidget()
    tree.setObjectName("shortcuts_tree")
    tree.setColumnCount(2)
    tree.setHeaderHidden(True)
    tree.setRootIsDecorated(False)
    as_role(tree, "framed")
    tree.setIndentation(12)
    tree.setUniformRowHeights(True)
    tree.setItemsExpandable(False)
    header = tree.header()
    header.setStretchLastSection(False)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
    return tree
