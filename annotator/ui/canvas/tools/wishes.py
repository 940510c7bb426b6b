"""What an outline is drawn for, and how it becomes data."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum, auto

from annotator.domain.model import Part, Polygons, Ring
from annotator.domain.parts import with_hole, with_part
from annotator.ui.canvas import reshape
from annotator.ui.canvas.authoring import Draft
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.shapes import Shape

LOCKED = "This object is locked. Press L to unlock it."


class Wish(Enum):
    """What an outline is drawn for: an object, or the mask of the selected one."""

    NEW = auto()
    PART = auto()
    HOLE = auto()
    COURSE = auto()


def beginning(wish: Wish, name: str) -> str:
    """What a first click does for the selected object; ``name`` is its category's."""
    match wish:
        case Wish.NEW:
            return f"Click or drag a new outline · Shift adds to {name} · Alt cuts a hole in it"
        case Wish.PART:
            return f"Click or drag another part of {name}"
        case Wish.HOLE:
            return f"Click or drag a hole in {name}"
        case Wish.COURSE:
            return f"Click or drag from the outline of {name} to re-trace it"


def write_new(board: Board, ring: Ring) -> None:
    """An outline goes onto the selected object if it has no mask, else it is a new object."""
    shape, mask = board.only_selected, Polygons((Part(ring),))
    if shape is None or shape.prediction is not None or shape.value.mask is not None:
        board.author.add(Draft("Draw mask", mask=mask), board.size)
    elif shape.is_locked:
        board.author.say(LOCKED)
    else:
        board.author.change(shape, replace(shape.value, mask=mask), board.size, text="Draw mask")


def write_into(board: Board, shape: Shape | None, ring: Ring, wish: Wish) -> None:
    """An outline becomes a part of an object's mask, or a hole in it."""
    author = board.author
    if shape is None or shape.outline is None:
        author.say("The object or its mask is gone, so nothing was drawn.")
        return
    is_part = wish is Wish.PART
    mask = (with_part if is_part else with_hole)(shape.outline, ring)
    if mask is None:
        nothing = "That outline encloses nothing. A part needs three corners and some area."
        author.say(nothing if is_part else "That would leave nothing. Delete removes the object.")
    elif mask is shape.outline:
        inside = "That lies inside the mask already."
        author.say(inside if is_part else "That lies beside the mask, so nothing was cut.")
    else:
        text = "Add part" if is_part else "Cut hole"
        author.change(shape, reshape.with_mask(shape, mask), board.size, text=text)
