"""What is done to categories beyond one change of one: merging them, and where their joints are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from annotator.domain.poses import Place
from annotator.services import layouts
from annotator.services.bulk_jobs import MergeCategories
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
        chosen = [key for key in source_ids if key != target_id]
        self._run(
            MergeCategories(self.person, tuple(chosen), target_id),
            f"Merging into {self.category(target_id).name}",
            is_short=self._is_small(*chosen),
            then=lambda: self.set_current_category(target_id),
        )
