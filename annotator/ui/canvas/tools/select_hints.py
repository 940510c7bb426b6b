"""What the select tool can do now, in one line."""

from __future__ import annotations

from PySide6.QtCore import Qt

from annotator.ui.alikes import Alikes
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.handles import Kind
from annotator.ui.canvas.tools.drags import BandDrag, Drag, HandleDrag
from annotator.ui.canvas.tools.vertices import VertexDrag, Vertices

_VERTEX = "Drag the vertex · click selects it · Alt+click deletes it · Shift+drag re-traces"
_EDGE = "Drag inserts a vertex · Shift+drag re-traces the outline from here"
_RETRACE = "Click or drag from here to re-trace the outline"
_BOX = "Drag resizes · Shift keeps the proportions, Alt the centre"
_JOINT = "Drag the joint · Alt+drag all joints · right click or Q changes its visibility"


def dragging(drag: Drag) -> str:
    """The line while something follows the mouse."""
    if isinstance(drag, BandDrag):
        return "Let go to select what lies inside · Esc drops the band"
    if isinstance(drag, VertexDrag) or (isinstance(drag, HandleDrag) and drag.snaps):
        return "Ctrl does not snap · Esc puts it back"
    return "Esc puts it back"


def hint(board: Board, vertices: Vertices) -> str:
    """The line for what is under the cursor and what is selected.

    Args:
        board: the canvas.
        vertices: those that are selected.
    """
    handle, shift = board.handle, Qt.KeyboardModifier.ShiftModifier
    if handle is not None:
        match handle.kind:
            case Kind.JOINT:
                return _JOINT
            case Kind.BOX:
                return _BOX
            case Kind.VERTEX | Kind.MIDDLE | Kind.EDGE if board.modifiers & shift:
                return _RETRACE
            case Kind.VERTEX:
                return _held(vertices) if vertices.holds(handle) else _VERTEX
            case Kind.MIDDLE | Kind.EDGE:
                return _EDGE
    if vertices.corners:
        return _held(vertices)
    return _idle(board)


def _searching(alikes: Alikes, *, is_any_left: bool) -> str:
    """While images are searched for look-alikes."""
    if alikes.is_waiting and not is_any_left:
        return f"Looking for what looks like {alikes.name} · Esc ends the search"
    if not is_any_left:
        return f"Nothing left that looks like {alikes.name} · D: next image · Esc ends the search"
    return (
        f"Look-alikes of {alikes.name}: Tab walks · Enter accepts, Shift+Enter all · "
        "Delete rejects · Esc ends"
    )


def _held(vertices: Vertices) -> str:
    return f"{vertices.words}: drag or arrows move, Delete removes · Esc lets go"


def _idle(board: Board) -> str:
    """Nothing to grab is under the cursor."""
    alikes = board.author.alikes
    if alikes is not None and alikes.is_on:
        return _searching(alikes, is_any_left=bool(board.workspace.offers))
    selected, hovered = board.selected, board.hovered
    if not len(board.shapes):
        return "Nothing here yet · R draws a box, P an outline"
    if not selected:
        return "Click selects · a drag selects what lies inside"
    if hovered is None or all(hovered.key != shape.key for shape in selected):
        only = board.only_selected
        has_vertices = only is not None and only.outline is not None and not only.is_locked
        return (
            "Ctrl+drag selects vertices · Shift+click selects more"
            if has_vertices
            else ("Shift+click selects more · a drag selects what lies inside")
        )
    if hovered.is_locked:
        return "Locked · L unlocks"
    noun = "object" if len(selected) == 1 else f"{len(selected)} objects"
    return f"Drag or arrows move the {noun} · Delete removes"
