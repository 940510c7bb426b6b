"""What the tools see of the canvas: the view, the shapes, the selection and the way to write."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QPointF, Qt

from annotator.domain.geometry import Point
from annotator.domain.model import Box
from annotator.ui.canvas.authoring import Author
from annotator.ui.canvas.contents import Contents
from annotator.ui.canvas.groups import members
from annotator.ui.canvas.handles import REACH, Handle, handle_at
from annotator.ui.canvas.layers import joint_at
from annotator.ui.canvas.shapes import Key, Shape, Shapes
from annotator.ui.canvas.snapping import Snapping
from annotator.ui.canvas.viewport import Viewport
from annotator.ui.workspace import Workspace


class Repainter:
    """Repaints everything whatever changed; the canvas has one that repaints less."""

    def __init__(self, repaint: Callable[[], None]) -> None:
        self._repaint = repaint

    def hovered(self) -> None:
        """Something else is hovered, or would be grabbed."""
        self._repaint()

    def held(self) -> None:
        """What a hand changes looks different."""
        self._repaint()


class Board:
    """The state that tools and painting share.

    Attributes:
        repainter: repaints what hovering and dragging change.
        hovered: the object under the cursor.
        handle: what of the selected object would be grabbed there.
        live: shapes drawn in another form while a hand changes them.
        cursor: where the mouse is on the image; None when it is elsewhere.
        modifiers: keys held now.
        snapping: draws places to what is near.
    """

    def __init__(
        self, workspace: Workspace, view: Viewport, author: Author, repaint: Callable[[], None]
    ) -> None:
        self.workspace = workspace
        self.view = view
        self._shapes = Shapes()
        self._contents = Contents.ALL
        self._is_stale = True
        self._changed: list[Box] = []
        self.author = author
        self.repaint = repaint
        self.repainter = Repainter(repaint)
        self.hovered: Shape | None = None
        self.handle: Handle | None = None
        self.live: dict[Key, Shape] = {}
        self.cursor: Point | None = None
        self.modifiers = Qt.KeyboardModifier.NoModifier
        self.snapping = Snapping(self)
        self._named: int | None = None
        self._selected: tuple[Key, ...] = ()

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the image."""
        return self.view.image_size

    @property
    def limits(self) -> tuple[float, float] | None:
        """Width and height that objects must not leave; None where the project lets them."""
        return None if self.workspace.allows_outside else self.size

    def place_at(self, at: QPointF) -> Point:
        """The place meant by one of the screen: inside the image, unless objects may leave it."""
        return self.view.to_image(at) if self.limits is None else self.view.clip(at)

    @property
    def shapes(self) -> Shapes:
        """What stands on the canvas, as the workspace has it now."""
        self.refresh()
        return self._shapes

    def refresh(self) -> None:
        """Take over what the workspace shows, if it changed."""
        if self._is_stale:
            self._is_stale = False
            self._changed += self._shapes.refresh(self.workspace, self._contents)
            self.hovered = self._shapes.get(self.hovered.key if self.hovered else None)

    @property
    def contents(self) -> Contents:
        """What of the image in view stands here."""
        return self._contents

    def show(self, contents: Contents) -> None:
        """Have other things stand here."""
        self._contents = contents
        self.invalidate()
        self.repaint()

    def invalidate(self) -> None:
        """The workspace changed; it is asked when somebody wants to know."""
        self._is_stale = True

    @property
    def is_stale(self) -> bool:
        """Whether the workspace changed and nobody asked since."""
        return self._is_stale

    def take_changed(self) -> list[Box]:
        """Where on the image something is drawn differently since this was asked last."""
        changed, self._changed = self._changed, []
        return changed

    @property
    def reach(self) -> float:
        """Image pixels within which a handle is grabbed."""
        return REACH / self.view.scale

    @property
    def selected(self) -> tuple[Shape, ...]:
        """The selected objects, or the selected prediction, as far as they are shown."""
        found = (self.shapes.get(key) for key in self._selected)
        return tuple(shape for shape in found if shape is not None)

    @property
    def only_selected(self) -> Shape | None:
        """The selected one if it is exactly one."""
        selected = self.selected
        return selected[0] if len(selected) == 1 else None

    def take_selection(self) -> None:
        """The workspace's selection changed."""
        chosen = self.workspace.selected_prediction
        self._selected = tuple(("annotation", a.id) for a in self.workspace.selected)
        if chosen is not None:
            self._selected = (("prediction", chosen.id),)
        self.handle = None

    def select(self, shapes: Iterable[Shape]) -> None:
        """Select objects; a prediction only alone."""
        chosen = list(shapes)
        if len(chosen) == 1 and chosen[0].prediction is not None:
            self.workspace.select(prediction_id=chosen[0].prediction.id)
        else:
            self.workspace.select([s.value.id for s in chosen if s.prediction is None])

    def pick(self, shape: Shape) -> None:
        """Select the group of a clicked shape; of a group that is selected, the shape alone."""
        group = members(shape, self.shapes)
        now = {s.key for s in self.selected}
        is_again = now == {s.key for s in group} or now == {shape.key}
        self.select([shape] if is_again else group)

    def toggle(self, shape: Shape) -> None:
        """Add an object with its group to the selection, or take them out."""
        group = {s.key: s for s in members(shape, self.shapes)}
        others = [s for s in self.selected if s.key not in group]
        is_in = any(s.key == shape.key for s in self.selected)
        self.select(others if is_in else [*others, *group.values()])

    def at(self, place: Point) -> list[Shape]:
        """Shapes under a place, the smallest first."""
        return self.shapes.at(place.x, place.y, 2 / self.view.scale)

    def handle_at(self, place: Point) -> Handle | None:
        """What of the only selected object would be grabbed at a place."""
        shape = self.only_selected
        if shape is None or shape.is_locked:
            return None
        side = min(shape.bounds.width, shape.bounds.height)
        is_tiny = side * self.view.scale < 4 * REACH  # leave room to grab the whole of it
        reach = max(side / 4, 2 / self.view.scale) if is_tiny else self.reach
        return handle_at(shape, place.x, place.y, reach)

    def look_under(self, place: Point | None) -> None:
        """Find what is under the cursor now."""
        handle = self.handle_at(place) if place is not None else None
        hits = self.at(place) if place is not None else []
        hovered = hits[0] if hits else None
        named = None
        if hovered is not None and place is not None:
            named = joint_at(hovered, self.view, self.view.to_screen(*place))
        if (handle, named) != (self.handle, self._named) or hovered is not self.hovered:
            self.handle, self.hovered, self._named = handle, hovered, named
            self.repainter.hovered()

    def show_live(self, shapes: Iterable[Shape]) -> None:
        """Draw shapes in another form until ``settle``."""
        self.live = {shape.key: shape for shape in shapes}
        self.repainter.held()

    def settle(self) -> None:
        """Draw everything as it is stored again."""
        if self.live:
            self.live = {}
            self.repainter.held()
