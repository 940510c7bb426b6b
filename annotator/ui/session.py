"""How a project is opened and walked through. It changes no data but what the project remembers."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from annotator.domain.calibration import Calibration
from annotator.domain.errors import KnownError
from annotator.domain.lines import Line
from annotator.domain.model import Image, ModelVersion
from annotator.services.opening import open_for_editing
from annotator.store.store import Store
from annotator.store.versions import STARTER
from annotator.ui.album import Album
from annotator.ui.notices import Notice
from annotator.ui.scene import Scene
from annotator.ui.stage import Stage, told

_MANY = 2_000
"""From so many changed images on the whole list is read anew: that takes less time."""
TOOLS = ("select", "box", "polygon", "brush", "eraser", "keypoints", "transform", "slice", "refine")


class Session(Stage):
    """What is open and in view, and how one goes about; signals as those of ``Stage``."""

    # --- opening and walking ---------------------------------------------------------------

    def open(self, folder: Path) -> None:
        """Open a project at the image it was left at; read-only when another window edits it.

        Raises:
            KnownError: it cannot be opened; what was open stays open.
        """
        if self.store is not None and self.store.folder.resolve() == folder.resolve():
            self.close()  # else its own lock would make it read-only
        store, lock, refusal = open_for_editing(folder, self.person)
        self.close()
        self.store, self._lock, self.is_read_only = store, lock, lock is None
        try:
            self._load(store)
        except KnownError:
            self.close()
            raise
        if refusal:
            self.say(refusal, "warning")

    def _load(self, store: Store) -> None:
        """Read what lists and canvas show at first."""
        self.line = Line(
            float(self.setting("threshold", self.settings.value.threshold)),
            {
                int(key): float(value)
                for key, value in self.setting("thresholds", {}).items()
                if key.isdecimal() and isinstance(value, int | float)
            },
        )
        self.hidden_categories = frozenset(
            key for key in self.setting("hidden_categories", []) if isinstance(key, int)
        )
        self.allows_outside = bool(self.setting("allow_outside", False))
        self.reload_categories()
        self._set_current(self.setting("current_category", None))
        self.versions_stored()
        self.album = Album.of_columns(store.images.columns(), store.images.many)
        self.project_changed.emit()
        self.images_changed.emit(None)
        left_at = self.setting("image", None)
        start = self.album.get(left_at) if isinstance(left_at, int) else None
        start = start or self.album.neighbour(None, 0)
        self._show(start.id if start else None)

    def close(self) -> None:
        """Close what is open; everything was saved already."""
        if self.store is None:
            return
        self.settling.emit()
        self.store.close()
        if self._lock is not None:
            self._lock.release()
        self.store = self._lock = None
        self.is_read_only = self.allows_outside = False
        self.categories = self.versions = self.versions_ever = ()
        self.current_category = None
        self.hidden = self.locked = frozenset()
        self.calibration = Calibration()
        self.album = Album()
        self._show(None)
        self.project_changed.emit()
        self.images_changed.emit(None)

    def setting(self, key: str, default: Any) -> Any:
        """A fact kept in the project; ``default`` also where it is of another kind."""
        value = default if self.store is None else self.store.settings.get(key, default)
        kinds = (int, float) if isinstance(default, float) else type(default)
        return value if default is None or isinstance(value, kinds) else default

    def keep(self, key: str, value: Any) -> None:
        """Keep a fact in the project; left out where it cannot be: nothing hangs on it."""
        if self.store is not None and not self.is_read_only:
            with suppress(KnownError):
                self.store.settings.set(key, value, is_lasting=False)

    @told
    def show_image(self, image_id: int) -> None:
        """Bring an image into view."""
        if self.store is not None and image_id != self._scene.image_id:
            self.settling.emit()
            self.keep("image", image_id)
            self._show(image_id)

    def go(self, step: int) -> None:
        """To the image ``step`` rows on."""
        end = "This is the last image." if step > 0 else "This is the first image."
        self._go(self.album.neighbour(self._scene.image_id, step), end)

    def go_unreviewed(self, step: int) -> None:
        """To the next (1) or previous (-1) image that is not reviewed."""
        found = self.album.unreviewed(self._scene.image_id, step)
        self._go(found, "Every other image is reviewed. File > Export COCO writes them out.")

    def go_queue(self, step: int) -> None:
        """To the next (1) or previous (-1) image of the queue."""
        self._go(self.album.in_queue(self._scene.image_id, step), "The queue ends here.")

    def reload_images(self) -> None:
        """Read the list anew: images were added, found, or taken out."""
        if self.store is None:
            return
        self.album = Album.of_columns(self.store.images.columns(), self.store.images.many)
        self.images_changed.emit(None)
        if self.image is None:
            first = self.album.neighbour(None, 0)
            self._show(first.id if first else None)

    def reload_image(self) -> None:
        """Read everything about the image in view anew."""
        self._show(self._scene.image_id)

    def refresh_scene(self) -> None:
        """Read objects and predictions of the image in view anew; a gesture in hand goes on."""
        if self.store is None or self._scene.image_id is None:
            return
        self._scene.reload(self.store)
        self.select((a.id for a in self.selected), prediction_id=self._kept_prediction())
        self.refresh_rows([self._scene.image_id])
        self.edited.emit((), None)
        self.predictions_changed.emit()

    def _kept_prediction(self) -> int | None:
        chosen = self.selected_prediction
        return None if chosen is None else chosen.id

    def select(
        self, annotation_ids: Iterable[int] = (), *, prediction_id: int | None = None
    ) -> None:
        """Select objects, or one prediction, or nothing."""
        ids = tuple(annotation_ids)
        if (ids, prediction_id) != (self._selected, self._selected_prediction):
            self._selected, self._selected_prediction = ids, prediction_id
            self.selection_changed.emit()

    def set_tool(self, name: str) -> None:
        """Take up a tool."""
        if name not in TOOLS:
            raise ValueError(f"no tool {name!r}")
        if name != self.tool:
            self.tool = name
            self.tool_changed.emit(name)

    def set_threshold(self, value: float | None, *, category_id: int | None = None) -> None:
        """Show predictions from this score on; the project remembers it.

        Args:
            value: None for a category takes its own score away again.
            category_id: None for all that have none of their own.
        """
        own = {key: score for key, score in self.line.own.items() if key != category_id}
        score = min(1.0, max(0.0, value or 0.0))
        if category_id is None:
            self.line = Line(score, own)
        else:
            self.line = Line(
                self.line.general, own if value is None else own | {category_id: score}
            )
        self.keep("threshold", self.line.general)
        self.keep("thresholds", {str(key): score for key, score in self.line.own.items()})
        chosen = self.selected_prediction
        if chosen is not None and chosen not in self.sure_predictions:
            self.select()
        self.predictions_changed.emit()

    def set_allows_outside(self, allows: bool) -> None:
        """Let objects reach outside the image in this project, or keep new changes inside."""
        self.allows_outside = allows
        self.keep("allow_outside", allows)

    def set_current_category(self, category_id: int | None) -> None:
        """Choose the category of new objects."""
        self._set_current(category_id)
        self.keep("current_category", category_id)

    # --- what the learner and the exchange changed ------------------------------------------

    def reload_categories(self) -> None:
        """Read the categories anew."""
        self.categories = () if self.store is None else self.store.categories.all()
        current = self.current_category.id if self.current_category else None
        self.categories_changed.emit()
        self._set_current(current)

    def versions_stored(self) -> None:
        """Model versions were written."""
        known = [] if self.store is None else self.store.versions.all(even_deleted=True)
        self.versions_ever = tuple(known)
        self.versions = tuple(v for v in known if v.checkpoint)
        self.versions_changed.emit()

    def helper(self, name: str) -> ModelVersion | None:
        """The version, or the starter, of that name, which helped with an object.

        The starter's row is written now, so that objects can tell where they are from.
        """
        if name == STARTER.name and self.store is not None and not self.knows_starter:
            self.store.versions.starter()
            self.versions_stored()
        return next((v for v in self.versions_ever if v.name == name), self.active_version)

    @property
    def knows_starter(self) -> bool:
        """Whether the starter ever helped in this project."""
        return STARTER.name in {v.name for v in self.versions_ever}

    @told
    def predictions_stored(self, image_ids: Iterable[int]) -> None:
        """Predictions, or ranks, of these images were written."""
        if self.store is None:
            return
        ids = frozenset(image_ids)
        self.refresh_rows(ids)
        if self._scene.image_id in ids:
            self._scene.load_predictions(self.store)
            if self._selected_prediction is not None and self.selected_prediction is None:
                self.select()
            self.predictions_changed.emit()

    @told
    def calibrate(self, calibration: Calibration) -> None:
        """Believe what predictions expect of their masks as far as it has proved true."""
        self.calibration = self._scene.calibration = calibration
        if self.store is not None and self._scene.image_id is not None:
            self._scene.load_predictions(self.store)
            self.predictions_changed.emit()
            self.selection_changed.emit()  # of a prediction more, or less, is shown

    def refresh_rows(self, image_ids: Iterable[int]) -> None:
        """Read rows of the image list anew."""
        ids = frozenset(image_ids)
        if self.store is not None and len(ids) > _MANY:
            self.reload_images()
        elif self.store is not None and ids:
            self.album.put(self.store.images.many(sorted(ids)))
            self.images_changed.emit(ids)

    def say(self, text: str, kind: str = "info") -> None:
        """Tell the person something."""
        self.said.emit(Notice(text, kind))

    def _go(self, image: Image | None, otherwise: str) -> None:
        if image is not None:
            self.show_image(image.id)
        elif self.store is not None:
            self.say(otherwise)

    def _show(self, image_id: int | None) -> None:
        if image_id is None or self.store is None:
            self._scene = Scene()
        else:
            wanted = self.settings.value.mask_from
            self._scene = Scene.load(self.store, image_id, wanted, self.calibration)
        self._selected, self._selected_prediction = (), None
        self.image_changed.emit()
        self.predictions_changed.emit()
        self.selection_changed.emit()

    def _set_current(self, category_id: int | None) -> None:
        known = {c.id: c for c in self.categories}
        first = self.categories[0] if self.categories else None
        is_known = isinstance(category_id, int) and category_id in known
        self.current_category = known[category_id] if is_known and category_id else first
        self.current_category_changed.emit()
