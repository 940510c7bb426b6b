"""What is done to categories beyond one change of one: merging them, and where their joints are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from annotator.domain.poses import Place
from annotator.services import layouts, merging
from annotator.ui.notices import Notice
from annotator.ui.reworking import Reworking
from annotator.ui.stage import told


class Categorising(Reworking):
    """An editor that knows categories as a whole; signals as those of ``Stage``."""

    @told
    def keep_layout(self, category_id: int, places: Mapping[str, Place], *, aspect: float) -> None:
        """Keep in the project where a person drew the joints of a category, by their names."""
        if self.store is not None and places and self._may_change():
            layouts.keep(self.store, category_id, places, aspect=aspect)
            self.categories_changed.emit()

    @told
    def merge_categories(self, source_ids: Iterable[int], target_id: int) -> None:
        """Move the objects of categories to another one, which stays, as one bulk step."""
        if self.store is None or not self._may_change():
            return
        sources, target = [self.category(i) for i in source_ids], self.category(target_id)
        step = merging.merge_categories(self.store, sources, target)
        step_id = self._do(step)
        self.set_current_category(target_id)
        self.reload_images()  # predictions of what is gone are gone from every image
        self.said.emit(Notice(f"{step.text.replace('Merge', 'Merged', 1)}.", undo_step=step_id))
