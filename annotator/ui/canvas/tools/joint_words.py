"""What is said about joints: beside the cursor, at the bottom of the canvas, and in notices."""

from __future__ import annotations

from annotator.domain.model import Category
from annotator.ui.canvas.skeleton import spoken
from annotator.ui.canvas.tools.pose import Pose
from annotator.ui.words import counted

LOCKED = "This object is locked. Press L to unlock it."


def at_cursor(pose: Pose) -> str:
    """The joint to place and how far one is: "left wrist · 7 of 14"."""
    text = f"{_name(pose)} · {pose.next + 1} of {pose.count}"
    return f"{text} · again" if pose.is_again else text


def under_way(pose: Pose) -> str:
    """What a hand can do in the middle of a pose."""
    if pose.is_again:
        return f"Click where the {_name(pose)} belongs · S leaves it · Enter finishes"
    back = " · W goes back" if pose.next else ""
    return f"Click the {_name(pose)} · right click if it is hidden · S skips{back} · Enter finishes"


def idle(pose: Pose, *, after_one: bool) -> str:
    """What a hand can do before a pose begins.

    Args:
        pose: what a click would begin.
        after_one: an object is selected whose joints were placed just now.
    """
    if pose.target is not None and pose.target.value.has_keypoints:
        left = counted(pose.absent, "joint")
        return f"Click the {_name(pose)} · {left} of this {pose.category.name} still absent"
    if pose.target is not None:
        return f"Click the {_name(pose)} · drag a box to place all joints at once"
    start = f"click the {_name(pose)} of the next {pose.category.name}"
    if after_one:
        return f"Drag each joint to where it belongs, or {start}"
    return f"Click the {_name(pose)} of a {pose.category.name} · drag a box to place all at once"


def no_joints(category: Category | None) -> str:
    """Why there is nothing to place."""
    if category is None:
        return "There is no category yet. Create one with joints under Object > Categories."
    return (
        f"“{category.name}” has no joints yet. Add them under Object > Categories, "
        "then press K again."
    )


def other_category(current: Category, used: Category) -> str:
    """Whose joints are placed when the current category has none."""
    return f"“{current.name}” has no joints: these are those of “{used.name}”."


def no_layout(category: Category) -> str:
    """Why the joints of a category cannot be placed at once."""
    return (
        f"Nobody knows yet where the joints of “{category.name}” usually are. Draw them on a "
        "picture under Object > Categories, or place them one by one on three objects."
    )


def no_sides(category: Category) -> str:
    """Why left and right cannot change places."""
    return (
        f"No joint of “{category.name}” is a left or right one. Say which are under "
        "Object > Categories."
    )


def _name(pose: Pose) -> str:
    return spoken(pose.category.joints[pose.next])
