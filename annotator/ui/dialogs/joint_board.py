"""The joints of a category on a picture: click adds one, drags move and join them."""

from __future__ import annotations

from math import hypot

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from annotator.domain.geometry import nearest_on_ring
from annotator.domain.poses import Place
from annotator.ui.canvas.skeleton import spoken
from annotator.ui.dialogs.joint_model import JointModel
from annotator.ui.dialogs.joint_name import JointNameField
from annotator.ui.dialogs.joint_paint import paint_board
from annotator.ui.look import PAD

REACH = 10.0
"""Pixels within which a joint is grabbed."""
BONE_REACH = 5.0
DRAG_FROM = 4.0
SIDE = 340
"""Pixels of the board's sides at least."""


class JointBoard(QWidget):
    """Paints the plan over a picture and lets the hand change it.

    Places are shares of the picture. Joints that were never drawn are asked for first.

    Signals:
        hint_changed: what the hand can do now.
    """

    hint_changed = Signal(str)

    def __init__(self, model: JointModel) -> None:
        super().__init__()
        self.setObjectName("joint_board")
        self.setAccessibleName("Joints on a picture")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(SIDE, SIDE)
        self._model = model
        self._picture: QImage | None = None
        self._aspect = 1.0
        self._pressed: QPointF | None = None
        self._grabbed: int | None = None
        self._at: QPointF | None = None
        self._is_dragging = False
        self._name = JointNameField(self)
        self._name.named.connect(self._on_named)
        self._name.dropped.connect(self._on_name_dropped)
        model.changed.connect(self._on_model_changed)
        model.chosen_changed.connect(self._on_model_changed)
        model.name_wanted.connect(self._on_name_wanted)

    def show_picture(self, picture: QImage | None, aspect: float) -> None:
        """Show a picture below the joints, or an empty frame.

        Args:
            picture: None for an empty frame.
            aspect: width by height of what the places are shares of.
        """
        self._picture, self._aspect = picture, aspect
        self._on_model_changed()

    @property
    def picture(self) -> QImage | None:
        """What is shown below the joints; None for an empty frame."""
        return self._picture

    @property
    def frame(self) -> QRectF:
        """Where the picture is, in pixels of the widget."""
        room = QRectF(self.rect()).adjusted(PAD, PAD, -PAD, -PAD)
        width = min(room.width(), room.height() * self._aspect)
        frame = QRectF(0, 0, width, width / self._aspect)
        frame.moveCenter(room.center())
        return frame

    def point(self, place: Place) -> QPointF:
        """Where a place is in the widget."""
        frame = self.frame
        return QPointF(
            frame.left() + place[0] * frame.width(), frame.top() + place[1] * frame.height()
        )

    def place(self, at: QPointF) -> Place:
        """The place below a point of the widget, inside the picture."""
        frame = self.frame
        x, y = (at.x() - frame.left()) / frame.width(), (at.y() - frame.top()) / frame.height()
        return min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)

    def start_naming(self, index: int, *, is_new: bool = False) -> None:
        """Ask for a joint's name beside it."""
        joint = self._model.plan.joints[index]
        if joint.place is not None:
            at = self.point(joint.place).toPoint()
            self._name.ask(index, joint.name, at, is_new=is_new)

    def hint(self) -> str:
        """What the hand can do now."""
        plan = self._model.plan
        if plan.unplaced:
            return f"Click where the {spoken(plan.names[self._coming()])} is."
        if not plan.joints:
            frame = "" if self._picture is not None else " The frame is the object's box."
            return f"Click to add a joint, and type its name.{frame}"
        if self._model.bone is not None:
            return "Delete removes this bone."
        if self._model.joint is not None:
            return "Double-click renames it, Delete removes it. Drag it onto another to join them."
        return "Click adds a joint. Drag one to move it, onto another to join the two."

    # --- what is where ---------------------------------------------------------------------

    def joint_at(self, at: QPointF, *, but: int | None = None) -> int | None:
        """The joint under a point of the widget."""
        best, found = REACH, None
        for n, joint in enumerate(self._model.plan.joints):
            if joint.place is None or n == but:
                continue
            way = self.point(joint.place) - at
            if hypot(way.x(), way.y()) <= best:
                best, found = hypot(way.x(), way.y()), n
        return found

    def bone_at(self, at: QPointF) -> int | None:
        """The bone under a point of the widget."""
        joints = self._model.plan.joints
        for number, (start, end) in enumerate(self._model.plan.bones):
            one, other = joints[start].place, joints[end].place
            if one is None or other is None:
                continue
            a, b = self.point(one), self.point(other)
            line = (a.x(), a.y(), b.x(), b.y())
            if nearest_on_ring(line, at.x(), at.y(), closed=False).distance <= BONE_REACH:
                return number
        return None

    def _coming(self) -> int:
        """The joint that a click draws: the chosen one if it is not drawn yet, else the first."""
        unplaced = self._model.plan.unplaced
        chosen = self._model.joint
        return chosen if chosen is not None and chosen in unplaced else unplaced[0]

    # --- what happens ----------------------------------------------------------------------

    def _on_model_changed(self) -> None:
        self.hint_changed.emit(self.hint())
        self.update()

    def _on_name_wanted(self, index: int) -> None:
        self.start_naming(index, is_new=True)

    def _on_named(self, index: int, name: str) -> None:
        self._model.rename(index, name)
        self.setFocus()

    def _on_name_dropped(self, is_new: bool) -> None:
        self.setFocus()
        if is_new:
            self._model.undo()

    def _click(self, at: QPointF) -> None:
        """A click on nothing: a joint more, or the place of one that has none."""
        model, place = self._model, self.place(at)
        if not model.plan.unplaced:
            model.add(place)
            return
        coming = self._coming()
        model.set_plan(model.plan.put(coming, place))
        rest = [n for n in model.plan.unplaced if n > coming] or list(model.plan.unplaced)
        model.choose(rest[0] if rest else coming)

    def _drop(self, grabbed: int, at: QPointF) -> None:
        """The end of a drag: onto another joint a bone, elsewhere the joint's new place."""
        other = self.joint_at(at, but=grabbed)
        if other is not None:
            self._model.join(grabbed, other)
        else:
            self._model.set_plan(self._model.plan.put(grabbed, self.place(at)))

    # --- Qt --------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """A square with room for a person."""
        return QSize(SIDE + 60, SIDE + 60)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint picture, bones and joints."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        grabbed = self._grabbed if self._is_dragging else None
        over = self.joint_at(self._at, but=grabbed) if self._at is not None else None
        paint_board(
            painter,
            self,
            self._model,
            self._picture,
            dragged=None if grabbed is None or self._at is None else (grabbed, self._at),
            over=over,
        )
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Grab a joint, choose a bone, or get ready to add one."""
        self.setFocus()
        if event.button() != Qt.MouseButton.LeftButton or not self.isEnabled():
            return
        self._pressed = self._at = event.position()
        self._grabbed = self.joint_at(event.position())
        if self._grabbed is not None:
            self._model.choose(self._grabbed)
            return
        bone = self.bone_at(event.position())
        if bone is not None:
            self._model.choose(bone=bone)
            self._pressed = None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag, or show what is under the cursor."""
        self._at = event.position()
        if self._pressed is not None and self._grabbed is not None:
            way = self._at - self._pressed
            self._is_dragging = self._is_dragging or hypot(way.x(), way.y()) >= DRAG_FROM
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Drop what was dragged; on nothing, add a joint."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        pressed, grabbed, was_dragging = self._pressed, self._grabbed, self._is_dragging
        self._pressed, self._grabbed, self._is_dragging = None, None, False
        if grabbed is not None and was_dragging:
            self._drop(grabbed, event.position())
        elif grabbed is None and pressed is not None:
            self._click(pressed)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Rename the joint here."""
        found = self.joint_at(event.position())
        if found is not None and event.button() == Qt.MouseButton.LeftButton:
            self.start_naming(found)

    def leaveEvent(self, event: object) -> None:
        """Nothing is under the cursor."""
        self._at = None
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete removes what is chosen, F2 renames it, Ctrl+Z takes the last change back."""
        model = self._model
        is_undo = event.key() == Qt.Key.Key_Z and bool(
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        )
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            model.remove_chosen()
        elif event.key() == Qt.Key.Key_F2 and model.joint is not None:
            self.start_naming(model.joint)
        elif is_undo:
            model.undo()
        elif event.key() == Qt.Key.Key_Escape and self._is_dragging:
            self._pressed, self._grabbed, self._is_dragging = None, None, False
            self.update()
        else:
            super().keyPressEvent(event)
