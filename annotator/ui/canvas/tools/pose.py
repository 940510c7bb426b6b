"""Joints being placed one by one: which comes next, and the way back. Nothing of Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from annotator.domain.model import Category, Keypoint, Visibility
from annotator.domain.poses import ABSENT, Joints, rounded
from annotator.ui.canvas.shapes import Shape

_NEXT_SEEN = {
    Visibility.VISIBLE: Visibility.OCCLUDED,
    Visibility.OCCLUDED: Visibility.ABSENT,
    Visibility.ABSENT: Visibility.VISIBLE,
}


@dataclass(frozen=True, slots=True)
class _Placed:
    """A joint as it was put, and what was there before."""

    index: int
    joint: Keypoint
    before: Keypoint
    was_decided: bool


class Pose:
    """A pose under way. Each joint is undecided, or placed, or was skipped.

    Attributes:
        category: whose joints they are.
        target: the object they go onto; None for a new one.
        next: the index of the joint to place now; the number of joints when all are decided.
    """

    def __init__(
        self, category: Category, target: Shape | None = None, joints: Sequence[Keypoint] = ()
    ) -> None:
        self.category = category
        self.target = target
        count = len(category.joints)
        self._joints = [*joints[:count], *[ABSENT] * (count - len(joints))]
        self._decided = {n for n, joint in enumerate(self._joints) if joint.visibility}
        self._placed: list[_Placed] = []
        self.next = self._first_undecided()

    @property
    def joints(self) -> Joints:
        """One a joint of the category, absent until placed."""
        return tuple(self._joints)

    @property
    def count(self) -> int:
        """How many joints the category has."""
        return len(self._joints)

    @property
    def is_complete(self) -> bool:
        """Whether every joint was placed or skipped."""
        return self.next >= self.count

    @property
    def has_any(self) -> bool:
        """Whether any joint is placed."""
        return any(joint.visibility for joint in self._joints)

    @property
    def absent(self) -> int:
        """How many joints are not placed."""
        return sum(not joint.visibility for joint in self._joints)

    @property
    def is_again(self) -> bool:
        """Whether the joint to place now stands somewhere already."""
        return not self.is_complete and bool(self._joints[self.next].visibility)

    @property
    def last(self) -> int | None:
        """The joint placed last, if any."""
        return self._placed[-1].index if self._placed else None

    def put(self, x: float, y: float, seen: Visibility) -> None:
        """Place the next joint, without going on."""
        (joint,) = rounded([Keypoint(x, y, int(seen))])
        before, was_decided = self._joints[self.next], self.next in self._decided
        self._placed.append(_Placed(self.next, joint, before, was_decided))
        self._joints[self.next] = joint
        self._decided.add(self.next)

    def shift(self, x: float, y: float) -> None:
        """The joint placed last lies elsewhere."""
        last = self._placed.pop()
        (joint,) = rounded([last.joint._replace(x=x, y=y)])
        self._placed.append(_Placed(last.index, joint, last.before, last.was_decided))
        self._joints[last.index] = joint

    def go_on(self) -> None:
        """To the first joint that is undecided."""
        self.next = self._first_undecided()

    def skip(self) -> None:
        """Leave the next joint absent and go on; from one that is decided, to the one after it."""
        if self.next in self._decided:
            self.next += 1
        else:
            self._decided.add(self.next)
            self.next = self._first_undecided(self.next)

    def go_back(self) -> bool:
        """To the joint before, to place it anew; whether there is one."""
        if self.next == 0:
            return False
        self.next -= 1
        return True

    def take_back(self) -> bool:
        """Undo the last placing; whether there was one."""
        if not self._placed:
            return False
        last = self._placed.pop()
        self._joints[last.index] = last.before
        if not last.was_decided:
            self._decided.discard(last.index)
        self.next = last.index
        return True

    def reopen(self, index: int) -> None:
        """Take back a joint that was placed before this pose began."""
        self._joints[index] = ABSENT
        self._decided = set(range(self.count)) - {index}
        self.next = index

    def cycle(self) -> bool:
        """The joint placed last: visible, occluded, absent, and visible again at its place."""
        if not self._placed:
            return False
        last = self._placed[-1]
        seen = _NEXT_SEEN[Visibility(self._joints[last.index].visibility)]
        put = last.joint._replace(visibility=int(seen))
        self._joints[last.index] = put if seen else ABSENT
        return True

    def _first_undecided(self, after: int = -1) -> int:
        rest = range(after + 1, self.count)
        return next((n for n in rest if n not in self._decided), self.count)
