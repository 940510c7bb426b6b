"""What is edited in a category's dialog: one plan of joints that picture, list and text share."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from annotator.domain.joint_plan import JointPlan
from annotator.domain.joint_sets import Bone
from annotator.domain.model import Category
from annotator.domain.poses import Place
from annotator.formats.coco.sides import pairs_of


class JointModel(QObject):
    """The plan, what of it is chosen, and the plans before it.

    Signals:
        changed: another plan.
        chosen_changed: another joint or bone is chosen, or none.
        name_wanted: the index of a joint that was just added and wants a name.
    """

    changed = Signal()
    chosen_changed = Signal()
    name_wanted = Signal(int)

    def __init__(self, plan: JointPlan, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.plan = plan
        self.joint: int | None = None
        self.bone: int | None = None
        self._before: list[JointPlan] = []

    @property
    def pairs(self) -> tuple[Bone, ...]:
        """Left and right as they are told, or as the names say."""
        return pairs_of(self.plan.names) if self.plan.pairs is None else self.plan.pairs

    @property
    def category(self) -> Category:
        """The plan as a category, to be painted like one."""
        return Category(0, "", "", self.plan.names, self.plan.bones, self.pairs)

    @property
    def can_undo(self) -> bool:
        """Whether anything was changed here."""
        return bool(self._before)

    def set_plan(self, plan: JointPlan) -> None:
        """Take another plan; what was chosen stays as far as it is there."""
        if plan == self.plan:
            return
        self._before.append(self.plan)
        self._show(plan)

    def undo(self) -> bool:
        """Back to the plan before; whether there was one."""
        if not self._before:
            return False
        self._show(self._before.pop())
        return True

    def choose(self, joint: int | None = None, *, bone: int | None = None) -> None:
        """Choose a joint, or a bone, or nothing."""
        if (joint, bone) != (self.joint, self.bone):
            self.joint, self.bone = joint, bone
            self.chosen_changed.emit()

    def add(self, place: Place | None = None) -> None:
        """Add a joint and ask for its name."""
        names = self.plan.names
        number = len(names) + 1
        while f"joint_{number}" in names:
            number += 1
        self.set_plan(self.plan.with_joint(f"joint_{number}", place))
        self.choose(len(names))
        self.name_wanted.emit(len(names))

    def rename(self, index: int, name: str) -> None:
        """Give a joint another name; an empty one is none."""
        if name.strip() and index < len(self.plan.joints):
            self.set_plan(self.plan.renamed(index, name.strip()))

    def move(self, index: int, to: int) -> None:
        """Give a joint another number."""
        if index != to and 0 <= to < len(self.plan.joints):
            self.set_plan(self.plan.moved(index, to))
            self.choose(to)

    def join(self, start: int, end: int) -> None:
        """Make a bone, or choose the one that is there."""
        self.set_plan(self.plan.joined(start, end))
        self.choose(bone=self.plan.bone_between(start, end))

    def remove_chosen(self) -> bool:
        """Remove the chosen joint or bone; whether there was one."""
        joint, bone = self.joint, self.bone
        if joint is not None:
            self.choose()
            self.set_plan(self.plan.without_joint(joint))
        elif bone is not None:
            self.choose()
            self.set_plan(self.plan.without_bone(bone))
        return joint is not None or bone is not None

    def pair(self, left: int, right: int) -> None:
        """Two joints are left and right of each other."""
        self.set_plan(self.plan.paired(left, right, self.pairs))

    def unpair(self, joint: int) -> None:
        """A joint is on neither side."""
        self.set_plan(self.plan.unpaired(joint, self.pairs))

    def partner_of(self, joint: int) -> tuple[int | None, bool]:
        """The joint on the other side, and whether this one is the left of the two."""
        for left, right in self.pairs:
            if joint in (left, right):
                return (right, True) if joint == left else (left, False)
        return None, True

    def _show(self, plan: JointPlan) -> None:
        self.plan = plan
        joint = self.joint if self.joint is None or self.joint < len(plan.joints) else None
        bone = self.bone if self.bone is None or self.bone < len(plan.bones) else None
        self.choose(joint, bone=bone)
        self.changed.emit()
