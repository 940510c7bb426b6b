"""What the menus do to each selected mask for itself; all of them together are one step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from annotator.domain import combining, masks
from annotator.domain.cleaning import fill_holes
from annotator.domain.model import Mask, Polygons, Rle
from annotator.domain.polygons import grow
from annotator.domain.simplifying import vertices_of
from annotator.ui.canvas.tuning import TuningBar
from annotator.ui.commands.mask_selection import MaskSelection, mask_of
from annotator.ui.commands.tunings import MaskTuning, RemoveSpecks, Simplify, Smooth
from annotator.ui.words import counted


class MaskCommands(MaskSelection):
    """Works on the selected objects, or on the selected prediction, which becomes one's own."""

    def fill_holes(self) -> None:
        """Fill every hole."""
        self._each("Fill holes", self._outlined(fill_holes), unchanged="There are no holes here.")

    def grow(self, by: int) -> None:
        """Shift the outlines outwards by pixels, or inwards."""
        text = "Grow mask" if by > 0 else "Shrink mask"
        change = self._outlined(lambda outline: grow(outline, by))
        self._each(text, change, unchanged="The mask cannot grow any further.")

    def to_polygon(self) -> None:
        """Store pixels as an outline along their edges."""
        traced = []

        def change(mask: Mask) -> Mask:
            if isinstance(mask, Polygons):
                return mask
            traced.append(combining.outline_of(mask, self._size))
            return traced[-1]

        unchanged = "This mask is a polygon already."
        if self._each("Convert to polygon", change, unchanged=unchanged):
            points = counted(sum(map(vertices_of, traced)), "point")
            self._say(f"{points}, exact to the pixel. Object > Mask > Simplify takes them down.")

    def to_pixels(self) -> None:
        """Store an outline as the pixels inside it."""

        def change(mask: Mask) -> Mask | None:
            return mask if isinstance(mask, Rle) else combining.pixels_of(mask, self._size)

        self._each("Convert to pixels", change, unchanged="This mask is of pixels already.")

    def simplify(self) -> None:
        """Ask by a slider how much simpler."""
        self._tune(Simplify)

    def smooth(self) -> None:
        """Ask by a slider how much smoother."""
        self._tune(Smooth)

    def remove_specks(self) -> None:
        """Ask by a slider how large a speck is."""
        self._tune(RemoveSpecks)

    def box_from_mask(self) -> None:
        """Give each object the bounding box of its mask."""
        shapes = self._masked()
        changed = []
        for shape in shapes:
            box = masks.bounds(mask_of(shape))
            if box is not None and box != shape.value.box:
                changed.append((shape, replace(shape.value, box=box)))
        if changed:
            self._write(changed, "Box from mask")
        elif shapes:
            self._say("The box is that of the mask already.")

    # --- how it is done --------------------------------------------------------------------

    def _outlined(
        self, change: Callable[[Polygons], Polygons | None]
    ) -> Callable[[Mask], Mask | None]:
        """A change of outlines as one of masks; what it leaves alone stays the very same."""

        def changed(mask: Mask) -> Mask | None:
            before = combining.outline_of(mask, self._size)
            after = change(before)
            if after is None or after == before:
                return None if after is None else mask
            return combining.in_form_of(mask, after, self._size)

        return changed

    def _each(self, text: str, change: Callable[[Mask], Mask | None], *, unchanged: str) -> bool:
        """Change the mask of each selected object; whether any changed."""
        changed = []
        shapes = self._masked()
        for shape in shapes:
            mask = change(mask_of(shape))
            if mask is None:
                self._refuse(f"Nothing would be left of {self._name(shape)}.")
                return False
            if mask != shape.value.mask:
                changed.append((shape, combining.with_mask(shape.value, mask)))
        if changed:
            self._write(changed, text)
        elif shapes:
            self._say(unchanged)
        return bool(changed)

    def _tune(self, kind: type[MaskTuning]) -> None:
        shapes = self._masked()
        if not shapes:
            return
        for open_one in self._canvas.findChildren(TuningBar):
            open_one.drop()
        self._workspace.set_tool("select")  # its handles show the points
        tuning = kind([shape.value for shape in shapes], self._size)
        TuningBar(self._board, self._canvas, shapes, tuning)
