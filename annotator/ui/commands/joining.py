"""What the menus do to several objects: join them, take them apart, cut one out of another."""

from __future__ import annotations

from collections.abc import Sequence

from annotator.domain import combining
from annotator.domain.model import Mask
from annotator.ui.canvas.shapes import Shape
from annotator.ui.commands.mask_selection import MaskSelection, mask_of
from annotator.ui.words import counted

MOST_PARTS = 200
"""Objects that a split may make; more are specks that nobody wants as objects."""


class JoiningCommands(MaskSelection):
    """Each is one step, whatever it changes, adds and deletes."""

    def join(self) -> None:
        """Make one object of all: the lowest one, with the masks, the box and the joints of all."""
        objects = [shape.value for shape in self._several("join")]
        if not objects:
            return
        after = combining.joined(objects, self._size)
        left = sum(a.has_keypoints and a.keypoints != after.keypoints for a in objects)
        gone = [a.id for a in objects[1:]]
        text = f"Join {len(objects)} objects"
        if self._workspace.rework(changed=[after], gone=gone, text=text) and left:
            self._say(f"Joined. The joints of {counted(left, 'object')} were left out.")

    def subtract(self) -> None:
        """Take the upper objects out of the lowest one; they are gone then."""
        shapes = self._several("subtract", masked=True)
        if not shapes:
            return
        drawn = [mask_of(shape) for shape in shapes]
        if not any(combining.overlaps(drawn[0], other, self._size) for other in drawn[1:]):
            self._refuse("These masks do not overlap; nothing was changed.")
            return
        mask = self._cut(shapes[0], drawn[1:])
        count = counted(len(shapes) - 1, "object")
        if self._merge(shapes, mask, f"Subtract {count}"):
            self._say(f"Took {count} out of {self._name(shapes[0])}, the lowest one.")

    def intersect(self) -> None:
        """Leave of the lowest object what all cover; the others are gone then."""
        shapes = self._several("intersect", masked=True)
        if not shapes:
            return
        drawn = [mask_of(shape) for shape in shapes]
        mask = combining.without_slivers(combining.shared(drawn, self._size))
        if mask is None:
            self._refuse("These masks do not overlap; nothing was changed.")
        else:
            self._merge(shapes, mask, f"Intersect {len(shapes)} objects")

    def split_parts(self) -> None:
        """Make each part an object of its own; the largest stays with the object."""
        shapes = self._masked(own=True)
        split = [combining.split(shape.value, self._size) for shape in shapes]
        made = [one for row in split for one in row[1:]]
        if len(made) > MOST_PARTS:
            count = f"{len(made) + len(split):,}"
            self._refuse(f"That would be {count} objects. Remove the specks first.")
        elif made:
            changed = [row[0] for row in split if len(row) > 1]
            text = f"Split into {len(made) + len(changed)} objects"
            self._workspace.rework(changed=changed, made=made, text=text)
        elif shapes:
            self._say("There is one part only.")

    def cut_out(self) -> None:
        """Take the selected masks out of all others that they overlap."""
        shapes = self._masked(own=True)
        if not shapes:
            return
        afters, covered, locked = [], 0, 0
        for other, cutters in self._overlapped(shapes):
            mask = None if other.is_locked else self._cut(other, cutters)
            if other.is_locked:
                locked += 1
            elif mask is None:
                covered += 1
            else:
                afters.append(combining.with_mask(other.value, mask))
        if afters:
            count = counted(len(afters), "neighbour")
            self._workspace.change_many(afters, text=f"Cut out of {count}")
        alone = [f"{covered} wholly under it"] if covered else []
        alone += [f"{locked} locked"] if locked else []
        words = [f"Cut out of {counted(len(afters), 'object')}."] if afters else []
        words += [f"Left alone: {', '.join(alone)}."] if alone else []
        self._say(" ".join(words) or "No other mask overlaps; nothing was changed.")

    def cut_neighbours(self) -> None:
        """Take all other masks out of the selected ones."""
        shapes = self._masked(own=True)
        changed = []
        for shape in shapes:
            others = [mask_of(other) for other, _ in self._overlapped([shape], but=shapes)]
            mask = self._cut(shape, others) if others else None
            if others and mask is None:
                self._refuse(f"Nothing would be left of {self._name(shape)}.")
                return
            if mask is not None:
                changed.append((shape, combining.with_mask(shape.value, mask)))
        if changed:
            self._write(changed, "Cut neighbours out")
        elif shapes:
            self._say("No other mask overlaps; nothing was changed.")

    def _cut(self, shape: Shape, others: Sequence[Mask]) -> Mask | None:
        """What is left of a mask without others; None for nothing worth an object."""
        left = combining.subtracted(mask_of(shape), others, self._size)
        return combining.without_slivers(left)

    def _merge(self, shapes: Sequence[Shape], mask: Mask | None, text: str) -> bool:
        """Leave the first object with a mask, without the others."""
        if mask is None:
            self._refuse(f"Nothing would be left of {self._name(shapes[0])}.")
            return False
        after = combining.with_mask(shapes[0].value, mask)
        gone = [shape.value.id for shape in shapes[1:]]
        return self._workspace.rework(changed=[after], gone=gone, text=text) is not None
