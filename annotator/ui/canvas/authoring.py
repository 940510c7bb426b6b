"""Where a drawn shape becomes data: checked, mended and handed to the workspace as one step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from annotator.domain import masks
from annotator.domain.combining import is_box_derived
from annotator.domain.errors import UnsoundError
from annotator.domain.geometry import are_close, clip_box
from annotator.domain.model import (
    Annotation,
    Box,
    Category,
    Keypoint,
    Mask,
    Polygons,
    Prediction,
)
from annotator.domain.polygons import box_of_polygons, polygons_area
from annotator.domain.soundness import NO_AREA, Frame, sound_mask
from annotator.ui.alikes import Alikes
from annotator.ui.assistance import Assistance
from annotator.ui.canvas.shapes import Shape
from annotator.ui.workspace import Workspace

SMALLEST_BOX = 2.0
"""Pixels of a side below which a box is a slip of the hand."""
SMALLEST_MASK = 1.0
"""Square pixels below which a mask is one."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A new object that is ready but for its category.

    Attributes:
        text: of the step it will be.
        category_id: None for the current one.
    """

    text: str
    box: Box | None = None
    mask: Mask | None = None
    keypoints: tuple[Keypoint, ...] = ()
    category_id: int | None = None

    @property
    def is_box_alone(self) -> bool:
        """Whether it has neither mask nor joints."""
        return self.box is not None and self.mask is None and not self.keypoints


class Author:
    """Writes what a hand drew; refuses in words what makes no sense.

    Attributes:
        ask: gets a draft when there is no category yet; ``write`` completes it.
        assistance: fills in boxes; None where there is no learner.
        alikes: finds look-alikes; None where there is no learner.
    """

    assistance: Assistance | None = None
    alikes: Alikes | None = None

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.ask: Callable[[Draft], None] = self.write

    def say(self, text: str) -> None:
        """Tell the person why nothing happened."""
        self._workspace.say(text, "warning")

    def add(self, draft: Draft, size: tuple[float, float]) -> None:
        """Add a new object, asking for its category when there is none yet.

        Args:
            draft: its box, mask and joints.
            size: width and height of the image.
        """
        box, mask = draft.box, draft.mask
        if isinstance(mask, Polygons):
            mask = self.checked_mask(mask, size)
            if mask is None:
                return
            box = box or box_of_polygons(mask)
        elif mask is not None:
            box = box or masks.bounds(mask)  # of painted pixels, however few
        if box is not None:
            if not self._workspace.allows_outside:
                box = clip_box(box, width=size[0], height=size[1])
            if (draft.box is not None or isinstance(mask, Polygons)) and not self.is_box(box):
                return
        ready = replace(draft, box=box, mask=mask)
        if ready.category_id is None and self._workspace.current_category is None:
            self.ask(ready)
        else:
            self.write(ready)

    def write(self, draft: Draft) -> None:
        """Add an object that was checked before; a box alone is filled in, if that is wished."""
        gesture = self._gesture_of_help() if draft.is_box_alone else None
        made = self._workspace.add_object(
            box=draft.box,
            mask=draft.mask,
            keypoints=draft.keypoints,
            category_id=draft.category_id,
            text=draft.text,
            gesture=gesture,
        )
        if made is not None:
            self._fill(made, gesture)

    def give_box(self, shape: Shape, box: Box, size: tuple[float, float]) -> None:
        """Give an object that has none a box; it is filled in, if that is wished."""
        gesture = self._gesture_of_help() if shape.value.mask is None else None
        after = replace(shape.value, box=box)
        if self.change(shape, after, size, text="Draw box", gesture=gesture):
            for one in self._workspace.selected:
                self._fill(one, gesture)

    def change(
        self,
        shape: Shape,
        after: Annotation,
        size: tuple[float, float],
        *,
        text: str,
        gesture: str | None = None,
    ) -> bool:
        """Write another form of an object; of a prediction, make it the person's own.

        Args:
            shape: as it is.
            after: as it shall be.
            size: width and height of the image.
            text: of the step.
            gesture: steps of one gesture are undone together.

        Returns:
            Whether it was written.
        """
        if after == shape.value:
            return False
        checked = self._checked(shape, after, size)
        if checked is None:
            return False
        if shape.prediction is None:
            self._workspace.change(checked, text=text, gesture=gesture)
        elif self._is_there(shape.prediction):
            self._workspace.correct(shape.prediction, checked, text=text)
        else:
            return False
        return True

    def divide(self, shape: Shape, pieces: Sequence[Annotation], *, text: str) -> None:
        """Write that an object fell into several; the first stays the object."""
        if shape.prediction is None:
            self._workspace.rework(changed=pieces[:1], made=pieces[1:], text=text)
        elif self._is_there(shape.prediction):
            self._workspace.correct(shape.prediction, *pieces, text=text)

    def change_many(
        self, afters: Sequence[Annotation], *, text: str, gesture: str | None = None
    ) -> None:
        """Write other forms of several objects of the person as one step."""
        self._workspace.change_many(afters, text=text, gesture=gesture)

    def category_named(self, name: str) -> Category | None:
        """The category of that name, made when there is none, and made the current one."""
        for category in self._workspace.categories:
            if category.name.casefold() == name.casefold():
                self._workspace.set_current_category(category.id)
                return category
        return self._workspace.add_category(name)

    def is_box(self, box: Box) -> bool:
        """Whether a box is large enough; says so if not."""
        if min(box.width, box.height) >= SMALLEST_BOX:
            return True
        self.say("A box needs at least 2 pixels a side. Zoom in to draw a smaller one.")
        return False

    def checked_mask(self, mask: Polygons, size: tuple[float, float]) -> Polygons | None:
        """The mask mended and inside the image; None, and words, when nothing is left of it."""
        try:
            mended = sound_mask(mask, Frame(size, self._workspace.allows_outside))
        except UnsoundError as error:
            self.say(str(error))
            return None
        if not isinstance(mended, Polygons) or polygons_area(mended) < SMALLEST_MASK:
            self.say(NO_AREA)
            return None
        return mended

    def _gesture_of_help(self) -> str | None:
        """What a box and its filling are undone together by; None when boxes stay as drawn."""
        return uuid4().hex if self.assistance is not None and self.assistance.fills else None

    def _fill(self, drawn: Annotation, gesture: str | None) -> None:
        if self.assistance is not None and gesture is not None:
            self.assistance.fill(drawn, gesture)

    def _is_there(self, prediction: Prediction) -> bool:
        """Whether a prediction is still shown; says so if not."""
        if prediction in self._workspace.predictions:
            return True
        self.say("Newer predictions took this one's place meanwhile.")
        return False

    def _checked(
        self, shape: Shape, after: Annotation, size: tuple[float, float]
    ) -> Annotation | None:
        if isinstance(after.mask, Polygons) and after.mask != shape.value.mask:
            mask = self.checked_mask(after.mask, size)
            if mask is None:
                return None
            follows = are_close(after.box, box_of_polygons(after.mask))
            box = box_of_polygons(mask) if follows else after.box
            after = replace(after, mask=mask, box=box)
        if after.box is None or after.box == shape.value.box:
            return after
        is_painted = after.mask != shape.value.mask and is_box_derived(after)
        return after if is_painted or self.is_box(after.box) else None
