"""A panel in its frame: it may be moved and closed, not torn off."""

from __future__ import annotations

from PySide6.QtWidgets import QDockWidget, QWidget

_FEATURES = (
    QDockWidget.DockWidgetFeature.DockWidgetMovable
    | QDockWidget.DockWidgetFeature.DockWidgetClosable
)


class Dock(QDockWidget):
    """Named after its title, so that its place is remembered."""

    def __init__(self, title: str, panel: QWidget, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.setObjectName(f"dock_{title.lower()}")
        self.setFeatures(_FEATURES)
        self.setWidget(panel)
