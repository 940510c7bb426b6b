"""What the keypoints tool would begin, and whose joints it would place."""

from __future__ import annotations

from annotator.domain.model import Category
from annotator.domain.poses import Layout
from annotator.services import layouts
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.shapes import Key
from annotator.ui.canvas.tools.pose import Pose
from annotator.ui.workspace import Workspace


def offer(board: Board, finished: Key | None) -> Pose | None:
    """The absent joints of the selected object, else those of a new one; None without joints.

    Args:
        board: the canvas.
        finished: an object whose pose was ended by hand, so that it is not gone on with.
    """
    target = board.only_selected
    if target is not None and target.prediction is None and not target.is_locked:
        pose = Pose(target.category, target, target.value.keypoints)
        is_done = target.key == finished and target.value.has_keypoints
        if pose.absent and not is_done:
            return pose
    category = category_with_joints(board.workspace)
    return Pose(category) if category is not None else None


def category_with_joints(workspace: Workspace) -> Category | None:
    """The current category, or the first after it that has joints and is not hidden."""
    current, order = workspace.current_category, list(workspace.categories)
    start = order.index(current) if current in order else 0
    for category in (*order[start:], *order[:start]):
        is_seen = category == current or category.id not in workspace.hidden_categories
        if category.joints and is_seen:
            return category
    return None


def locks_out(board: Board) -> bool:
    """Whether the selected object wants joints and is locked against them."""
    shape = board.only_selected
    if shape is None or not shape.is_locked:
        return False
    return bool(shape.category.joints) and not shape.value.has_keypoints


def usual_places(board: Board, category: Category) -> Layout | None:
    """Where the joints of a category usually are; None where nobody knows."""
    store = board.workspace.store
    return layouts.for_placing(store, category) if store is not None else None
