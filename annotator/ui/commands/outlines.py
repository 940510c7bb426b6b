"""What the menus do with outlines: they put a tool to its work, so that no key must be known."""

from __future__ import annotations

from PySide6.QtCore import QObject

from annotator.ui.canvas.tools.polygon import PolygonTool
from annotator.ui.canvas.tools.select import SelectTool
from annotator.ui.canvas.tools.wishes import Wish
from annotator.ui.canvas.view import Canvas
from annotator.ui.workspace import Workspace


class OutlineCommands(QObject):
    """Parts, holes, re-tracing, slicing; and what corners snap to and may reach."""

    def __init__(self, workspace: Workspace, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._workspace, self._canvas = workspace, canvas

    @property
    def has_mask(self) -> bool:
        """Whether one object, or a prediction, with a mask is selected."""
        chosen, prediction = self._workspace.selected, self._workspace.selected_prediction
        masks = [prediction.mask] if prediction is not None else [one.mask for one in chosen]
        return len(masks) == 1 and masks[0] is not None

    def retrace(self) -> None:
        """The next line drawn from the outline and back to it is its new course."""
        self._draw(Wish.COURSE)

    def add_part(self) -> None:
        """The next outline drawn is a part of the selected object's mask."""
        self._draw(Wish.PART)

    def cut_hole(self) -> None:
        """The next outline drawn is a hole in the selected object's mask."""
        self._draw(Wish.HOLE)

    def slice(self) -> None:
        """The next line drawn cuts the selected object."""
        self._workspace.set_tool("slice")
        self._canvas.setFocus()

    def remove_ring(self) -> None:
        """Take out the part or hole whose vertex is selected."""
        tool = self._canvas.commands.tool
        if not (isinstance(tool, SelectTool) and tool.vertices.remove_ring()):
            self._workspace.say("Press V and click a vertex of the part or hole first.")

    def toggle_snapping(self) -> None:
        """Snap to neighbours, or do not."""
        settings = self._workspace.settings
        settings.change(snaps=not settings.value.snaps)

    def toggle_outside(self) -> None:
        """Let objects of this project reach outside the image, or do not."""
        self._workspace.set_allows_outside(not self._workspace.allows_outside)

    def _draw(self, wish: Wish) -> None:
        self._workspace.set_tool("polygon")
        tool = self._canvas.commands.tool
        if isinstance(tool, PolygonTool):
            tool.arm(wish)
        self._canvas.setFocus()
