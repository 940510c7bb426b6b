"""The joints of a category while a person edits them: names, places, bones, left and right.

A joint knows which stored joint it comes from, whatever its name and number are now, so that a
rename or another order keeps every point. All changes give a new plan.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from annotator.domain.joint_sets import Bone, JointSet
from annotator.domain.model import Category
from annotator.domain.poses import Layout, Place


@dataclass(frozen=True, slots=True)
class PlannedJoint:
    """One joint.

    Attributes:
        name: as it shall be.
        place: where it usually is, shares of the object's box; None where it was not drawn yet.
        origin: its index among the category's stored joints; None for a new one.
    """

    name: str
    place: Place | None = None
    origin: int | None = None


@dataclass(frozen=True, slots=True)
class JointPlan:
    """Joints, bones and pairs.

    Attributes:
        joints: in order.
        bones: pairs of 0-based indices.
        pairs: (left, right) as 0-based indices; None while they are read off the names.
    """

    joints: tuple[PlannedJoint, ...] = ()
    bones: tuple[Bone, ...] = ()
    pairs: tuple[Bone, ...] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names in order."""
        return tuple(joint.name for joint in self.joints)

    @property
    def origins(self) -> tuple[int | None, ...]:
        """For each joint the stored one it comes from."""
        return tuple(joint.origin for joint in self.joints)

    @property
    def unplaced(self) -> tuple[int, ...]:
        """The joints that were not drawn yet."""
        return tuple(n for n, joint in enumerate(self.joints) if joint.place is None)

    def places(self) -> dict[str, Place]:
        """Where the joints are that were drawn, by name."""
        return {joint.name: joint.place for joint in self.joints if joint.place is not None}

    # --- joints ----------------------------------------------------------------------------

    def with_joint(self, name: str, place: Place | None = None) -> JointPlan:
        """One joint more, the last."""
        return replace(self, joints=(*self.joints, PlannedJoint(name, place)))

    def renamed(self, index: int, name: str) -> JointPlan:
        """A joint under another name; it stays the same joint."""
        return self._with(index, replace(self.joints[index], name=name))

    def put(self, index: int, place: Place) -> JointPlan:
        """A joint elsewhere, inside the box."""
        x, y = (min(max(share, 0.0), 1.0) for share in place)
        return self._with(index, replace(self.joints[index], place=(x, y)))

    def without_joint(self, index: int) -> JointPlan:
        """A joint less, and the bones and the pair it had."""
        kept = [n for n in range(len(self.joints)) if n != index]
        return self._ordered(kept)

    def moved(self, index: int, to: int) -> JointPlan:
        """A joint at another number; bones and pairs go along."""
        order = list(range(len(self.joints)))
        order.insert(to, order.pop(index))
        return self._ordered(order)

    # --- bones and pairs -------------------------------------------------------------------

    def joined(self, start: int, end: int) -> JointPlan:
        """One bone more, unless the two are joined already."""
        if start == end or self.bone_between(start, end) is not None:
            return self
        return replace(self, bones=(*self.bones, (start, end)))

    def bone_between(self, start: int, end: int) -> int | None:
        """The number of the bone between two joints, in either direction."""
        for number, bone in enumerate(self.bones):
            if bone in ((start, end), (end, start)):
                return number
        return None

    def without_bone(self, number: int) -> JointPlan:
        """A bone less."""
        return replace(self, bones=(*self.bones[:number], *self.bones[number + 1 :]))

    def paired(self, left: int, right: int, known: Sequence[Bone]) -> JointPlan:
        """Two joints as left and right of each other.

        Args:
            left: index.
            right: index.
            known: the pairs there are, where they are read off the names.
        """
        rest = self._pairs_without((left, right), known)
        return replace(self, pairs=(*rest, (left, right)))

    def unpaired(self, index: int, known: Sequence[Bone]) -> JointPlan:
        """A joint on neither side; ``known`` as for ``paired``."""
        return replace(self, pairs=self._pairs_without((index,), known))

    # --- as a whole ------------------------------------------------------------------------

    def from_set(self, known: JointSet) -> JointPlan:
        """The joints of a set people know; those of the same names stay the same joints."""
        origin = {joint.name: joint.origin for joint in self.joints}
        places = zip(known.joints, known.layout.places, strict=True)
        joints = tuple(PlannedJoint(name, place, origin.get(name)) for name, place in places)
        return JointPlan(joints, known.bones)

    def retold(self, names: Sequence[str]) -> JointPlan:
        """The joints as their names were typed anew; bones and pairs go along.

        Known names are the same joints; where as many unknown names stand in the place of others,
        they are those, renamed.
        """
        matched = matched_names(self.names, names)
        joints = tuple(
            PlannedJoint(name) if n is None else replace(self.joints[n], name=name)
            for name, n in zip(names, matched, strict=True)
        )
        now_at = {n: place for place, n in enumerate(matched) if n is not None}
        pairs = None if self.pairs is None else _renumbered(self.pairs, now_at)
        return JointPlan(joints, _renumbered(self.bones, now_at), pairs)

    def _with(self, index: int, joint: PlannedJoint) -> JointPlan:
        return replace(self, joints=(*self.joints[:index], joint, *self.joints[index + 1 :]))

    def _ordered(self, order: Sequence[int]) -> JointPlan:
        """The joints of those indices in that order."""
        now_at = {n: place for place, n in enumerate(order)}
        return JointPlan(
            tuple(self.joints[n] for n in order),
            _renumbered(self.bones, now_at),
            None if self.pairs is None else _renumbered(self.pairs, now_at),
        )

    def _pairs_without(self, gone: Sequence[int], known: Sequence[Bone]) -> tuple[Bone, ...]:
        pairs = known if self.pairs is None else self.pairs
        return tuple(pair for pair in pairs if not set(pair) & set(gone))


def plan_of(
    category: Category | None,
    layout: Layout | None,
    pairs_of: Callable[[Sequence[str]], tuple[Bone, ...]],
) -> JointPlan:
    """The plan a category's joints begin with.

    Args:
        category: None for a new one.
        layout: where its joints usually are, if anybody knows.
        pairs_of: reads left and right off names.
    """
    if category is None:
        return JointPlan()
    places = (None,) * len(category.joints) if layout is None else layout.places
    joints = tuple(
        PlannedJoint(name, place, n)
        for n, (name, place) in enumerate(zip(category.joints, places, strict=True))
    )
    is_read_off = category.pairs == pairs_of(category.joints)
    return JointPlan(joints, category.skeleton, None if is_read_off else category.pairs)


def matched_names(before: Sequence[str], after: Sequence[str]) -> list[int | None]:
    """For each name the index of the one it was before; None for a new one."""
    place = {name: n for n, name in enumerate(before)}
    found = [place.get(name) for name in after]
    taken = {n for n in found if n is not None}
    matcher = SequenceMatcher(None, list(before), list(after), autojunk=False)
    for kind, start, end, first, last in matcher.get_opcodes():
        gone = [n for n in range(start, end) if n not in taken]
        new = [n for n in range(first, last) if found[n] is None]
        if kind == "replace" and len(gone) == len(new):
            for old, now in zip(gone, new, strict=True):
                found[now] = old
    return found


def normalised(places: dict[str, Place], *, margin: float) -> dict[str, Place]:
    """Places stretched so that they fill the box but for a margin; flat ones stay in the middle.

    Args:
        places: by name, shares of any frame.
        margin: share of the box left free on each side.
    """
    return dict(zip(places, _stretched(list(places.values()), margin), strict=True))


def _stretched(places: Sequence[Place], margin: float) -> list[Place]:
    columns = [_spread([place[axis] for place in places], margin) for axis in range(2) if places]
    return list(zip(*columns, strict=True)) if columns else []


def _spread(values: Sequence[float], margin: float) -> list[float]:
    low, high = min(values), max(values)
    if high - low < 1e-6:
        return [0.5] * len(values)
    room = 1 - 2 * margin
    return [margin + room * (value - low) / (high - low) for value in values]


def _renumbered(pairs: Sequence[Bone], now_at: dict[int, int]) -> tuple[Bone, ...]:
    return tuple((now_at[a], now_at[b]) for a, b in pairs if a in now_at and b in now_at)
