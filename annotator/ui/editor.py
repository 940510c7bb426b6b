"""How the open project is changed: steps are written to the store at once and undone from there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from annotator.domain.arrange import is_only_moved
from annotator.domain.colours import category_colour
from annotator.domain.edits import Edit, Step
from annotator.domain.model import Annotation, Category, Decision, ImageState, Review
from annotator.services import steps
from annotator.services.bulk_jobs import ChangeCategory, DeleteCategory, DeleteObjects, Mark
from annotator.store.codec import subject_to_text
from annotator.ui.bulking import FEW, Bulking
from annotator.ui.stage import told
from annotator.ui.words import counted


class Editor(Bulking):
    """A session whose data can be changed; signals as those of ``Stage``."""

    # --- review ----------------------------------------------------------------------------

    @told
    def mark_reviewed(self, *, complete: bool = True, go_on: bool = False) -> None:
        """Everything on this image is right (and, when complete, nothing else is here)."""
        self._mark(ImageState.REVIEWED, complete=complete, text="Mark reviewed")
        if go_on:
            self.go_unreviewed(1)

    @told
    def mark_no_objects(self) -> None:
        """The image holds none of the objects looked for: a reviewed negative."""
        if self.annotations:
            count = counted(len(self.annotations), "object")
            self.say(f"This image has {count}. Delete first, or mark it reviewed.", "warning")
            return
        self._mark(ImageState.REVIEWED, complete=True, text="No objects here")

    @told
    def mark_unreviewed(self) -> None:
        """The image needs work again."""
        self._mark(ImageState.IN_PROGRESS, complete=False, text="Mark not reviewed")

    def labelled_unreviewed(self) -> list[int]:
        """Images with objects that nobody marked reviewed: training leaves them out."""
        found: list[int] = self.album.columns.ids[self.album.waiting_rows].tolist()
        return found

    @told
    def mark_labelled_reviewed(self, *, then: Callable[[], None] | None = None) -> None:
        """Mark all those reviewed, as one bulk step; ``then`` is called once that is done."""
        ids = self.labelled_unreviewed()
        if ids:
            text = f"Mark {len(ids)} labelled images reviewed"
            self._mark_many(ids, ImageState.REVIEWED, text, then)
        elif then is not None:
            then()

    @told
    def mark_images(self, image_ids: Sequence[int], *, reviewed: bool) -> None:
        """Mark many images reviewed, or not reviewed, as one bulk step."""
        state = ImageState.REVIEWED if reviewed else ImageState.IN_PROGRESS
        verb = "reviewed" if reviewed else "not reviewed"
        self._mark_many(image_ids, state, f"Mark {counted(len(image_ids), 'image')} {verb}")

    @told
    def delete_objects_on(self, image_ids: Sequence[int]) -> None:
        """Delete the objects of many images, but for locked ones, as one bulk step."""
        columns = self.album.columns
        count = int(columns.objects[np.isin(columns.ids, image_ids)].sum())
        job = DeleteObjects(self.person, tuple(image_ids), tuple(self.locked))
        self._run(job, "Deleting objects", is_short=count <= FEW)

    def _mark_many(
        self,
        image_ids: Sequence[int],
        state: ImageState,
        text: str,
        then: Callable[[], None] | None = None,
    ) -> None:
        is_complete = state is ImageState.REVIEWED
        job = Mark(self.person, state.value, is_complete, tuple(image_ids), text)
        words = text.replace("Mark", "Marking", 1)
        self._run(job, words, is_short=len(image_ids) <= FEW, then=then)

    # --- categories ------------------------------------------------------------------------

    @told
    def add_category(
        self,
        name: str,
        *,
        colour: str | None = None,
        joints: tuple[str, ...] = (),
        skeleton: tuple[tuple[int, int], ...] = (),
        pairs: tuple[tuple[int, int], ...] = (),
        supercategory: str = "",
    ) -> Category | None:
        """Create a category and make it the current one."""
        name = name.strip()
        if self.store is None or not self._may_change() or not self._may_be_named(name):
            return None
        category = Category(
            id=self.store.take_ids("category")[0],
            name=name,
            supercategory=supercategory,
            joints=joints,
            skeleton=skeleton,
            pairs=pairs,
            colour=colour or category_colour(len(self.categories)),
            ordinal=1 + max((c.ordinal for c in self.categories), default=-1),
        )
        self._do(Step(f"Create category {name}", (Edit(None, category),)))
        self.set_current_category(category.id)
        return category

    @told
    def change_category(
        self, after: Category, *, origins: Sequence[int | None] | None = None
    ) -> None:
        """Rename, recolour or give other joints; objects keep the points of joints that stay.

        Args:
            after: as it shall be.
            origins: which joint of before each joint is; left out, they are known by their names.
        """
        after = replace(after, name=after.name.strip())
        before = self.category(after.id)
        if self.store is None or before == after or not self._may_change():
            return
        if not self._may_be_named(after.name, of=after.id):
            return
        job = ChangeCategory(
            self.person,
            subject_to_text(after) or "",
            None if origins is None else tuple(origins),
        )
        touches = before.joints != after.joints
        is_short = not touches or self._is_small(after.id)
        self._run(job, f"Changing {before.name}", is_short=is_short)

    @told
    def delete_category(self, category_id: int) -> None:
        """Delete a category with its objects and predictions, as one step that can be undone."""
        category = self.category(category_id)
        job = DeleteCategory(self.person, category_id)
        self._run(job, f"Deleting {category.name}", is_short=self._is_small(category_id))

    def _is_small(self, *category_ids: int) -> bool:
        """Whether categories have few objects and predictions."""
        if self.store is None:
            return True
        store, total = self.store, 0
        for key in category_ids:
            total += len(store.annotations.some_of_category(key, above=0, limit=FEW + 1))
            total += store.predictions.count(limit=FEW + 1, category_id=key)
        return total <= FEW

    @told
    def move_category(self, category_id: int, step: int) -> None:
        """Move a category up (-1) or down (1); number keys follow the order."""
        order = list(self.categories)
        row = next(n for n, c in enumerate(order) if c.id == category_id)
        to = min(len(order) - 1, max(0, row + step))
        order.insert(to, order.pop(row))
        change = steps.reorder_categories(order)
        if change is not None:
            self._do(change)

    # --- hiding and locking ----------------------------------------------------------------

    def set_category_hidden(self, category_id: int, hidden: bool) -> None:
        """Hide or show all objects of a category; the project remembers it."""
        others = self.hidden_categories - {category_id}
        self.hidden_categories = others | {category_id} if hidden else others
        self.keep("hidden_categories", sorted(self.hidden_categories))
        self.categories_changed.emit()
        self.predictions_changed.emit()

    def set_hidden(self, annotation_ids: Iterable[int], hidden: bool) -> None:
        """Hide or show single objects until the project is closed."""
        ids = frozenset(annotation_ids)
        self.hidden = self.hidden | ids if hidden else self.hidden - ids
        self.edited.emit((), None)

    def set_locked(self, annotation_ids: Iterable[int], locked: bool) -> None:
        """Lock objects against every change but undo, or unlock them."""
        ids = frozenset(annotation_ids)
        self.locked = self.locked | ids if locked else self.locked - ids
        self.edited.emit((), None)

    # --- how it is done --------------------------------------------------------------------

    def _may_be_named(self, name: str, of: int | None = None) -> bool:
        others = {c.name.casefold() for c in self.categories if c.id != of}
        if name and name.casefold() not in others:
            return True
        self.say(f"There is a category {name} already." if name else "A category needs a name.")
        return False

    def _apply(
        self,
        text: str,
        edits: Sequence[Edit],
        *,
        gesture: str | None = None,
        asker: object = None,
    ) -> bool:
        """Make edits on the image in view, if no locked object stands in the way.

        A new image becomes one in progress by it. Returns whether they were made.
        """
        if self.image is None or self._is_held(edits):
            return False
        everything = (*edits, *steps.begun(self.image))
        about = self._about_one(edits)
        step = Step(text, everything, self.image.id, gesture, about)
        return self._do(step, asker=asker) is not None

    def _is_held(self, edits: Sequence[Edit]) -> bool:
        """Whether a locked object stands in the way of a step; says so. Its order may change."""
        held = [e.before for e in edits if self._is_locked(e)]
        if held and not self.is_read_only:
            names = ", ".join(self.name_of(a) for a in held[:3] if isinstance(a, Annotation))
            words = "is locked. Press L to unlock it."
            words = words if len(held) == 1 else "are locked. Press L to unlock them."
            self.say(f"{names} {words} Nothing was changed.", "warning")
        return bool(held)

    def _is_locked(self, edit: Edit) -> bool:
        before, after = edit.before, edit.after
        if not isinstance(before, Annotation) or before.id not in self.locked:
            return False
        return not (isinstance(after, Annotation) and is_only_moved(before, after))

    def _free(self, edits: Sequence[Edit]) -> list[Edit]:
        """The edits without those of locked objects, if any are left; tells how many were."""
        free = [e for e in edits if not self._is_locked(e)]
        left = len(edits) - len(free)
        if not free or not left or self.is_read_only:
            return list(edits)
        self.say(
            f"{counted(left, 'locked object')} left alone. L unlocks what is selected.", "warning"
        )
        return free

    def _about_one(self, edits: Sequence[Edit]) -> str:
        """The name of the object that a step is about; empty for several."""
        values = [(e.before, e.after) for e in edits if isinstance(e.subject, Annotation)]
        if len(values) != 1:
            return ""
        before, after = values[0]
        is_order = isinstance(before, Annotation) and isinstance(after, Annotation)
        if is_order and is_only_moved(before, after):  # type: ignore[arg-type]
            return ""  # to raise one object another one may have to change
        one = before or after
        return self.name_of(one) if isinstance(one, Annotation) else ""

    def _do(self, step: Step, *, asker: object = None) -> int | None:
        """Write a step and show it; the step's id, or None when nothing may be changed."""
        if self.store is None or not self._may_change():
            return None
        step_id = self.store.history.apply(step, person=self.person)
        self._take(step.edits, asker)
        return step_id

    def _take(self, edits: Sequence[Edit], asker: object) -> None:
        """Bring what is shown up to what was written."""
        here = self._scene.take(edits)
        if self.store is not None and any(isinstance(e.subject, Category) for e in edits):
            self._scene.load_predictions(self.store)  # those of a deleted category are gone
            self.reload_categories()
            self.predictions_changed.emit()
        rows = {e.image_id for e in edits if isinstance(e.subject, Annotation | Review | Decision)}
        self.refresh_rows(i for i in rows if i is not None)
        if here:
            self.edited.emit(tuple(edits), asker)
            self.predictions_changed.emit()

    def _mark(self, state: ImageState, *, complete: bool, text: str) -> None:
        step = steps.mark([self.image], state, complete=complete, text=text) if self.image else None
        if step is not None:
            self._do(step)
