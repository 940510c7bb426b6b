"""What is open and in view, to read: project, image, selection, tool; and the signals about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from PySide6.QtCore import QObject, Signal

from annotator.domain.calibration import Calibration
from annotator.domain.errors import KnownError, UnsoundError
from annotator.domain.lines import Line
from annotator.domain.model import Annotation, Category, Image, ModelVersion, Prediction
from annotator.domain.queueing import Reason
from annotator.domain.soundness import Frame
from annotator.services.steps import size_of
from annotator.store.lock import EditorLock
from annotator.store.store import Store
from annotator.ui.album import Album
from annotator.ui.notices import Notice
from annotator.ui.scene import Scene
from annotator.ui.settings import UserSettings

S = TypeVar("S", bound="Stage")
P = ParamSpec("P")
T = TypeVar("T")


def told(method: Callable[Concatenate[S, P], T]) -> Callable[Concatenate[S, P], T | None]:
    """A method that tells the person what the store refuses, a full disk say, and answers None."""

    @wraps(method)
    def call(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T | None:
        try:
            return method(self, *args, **kwargs)
        except KnownError as error:
            kind = "warning" if isinstance(error, UnsoundError) else "error"
            self.said.emit(Notice(str(error), kind))
            return None

    return call


class Stage(QObject):
    """What is open and in view.

    Signals:
        project_changed: another project, or none, is open.
        images_changed: a frozenset of the image ids whose rows changed, or None for all.
        settling: the image in view, the project or its state is left: half typed words are written.
        image_changed: another image, or none, is in view; everything about it is loaded.
        edited: (edits, asker): objects, decisions or the review of the image in view changed.
        categories_changed: categories, or which of them are hidden.
        predictions_changed: what ``predictions`` returns.
        selection_changed: the selected objects or prediction.
        current_category_changed: the category of new objects.
        tool_changed: the tool's name.
        versions_changed: model versions, or which is in use.
        alikes_requested: what looks like the selected objects is wanted.
        bulk_progressed: JobProgress of a step over many images; None: it is over.
        said: a Notice for the person.
    """

    project_changed = Signal()
    images_changed = Signal(object)
    settling = Signal()
    image_changed = Signal()
    edited = Signal(object, object)
    categories_changed = Signal()
    predictions_changed = Signal()
    selection_changed = Signal()
    current_category_changed = Signal()
    tool_changed = Signal(str)
    versions_changed = Signal()
    alikes_requested = Signal()
    bulk_progressed = Signal(object)
    said = Signal(object)

    def __init__(self, settings: UserSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self.store: Store | None = None
        self.is_read_only = False
        self.tool = "select"
        self.categories: tuple[Category, ...] = ()
        self.versions: tuple[ModelVersion, ...] = ()
        self.versions_ever: tuple[ModelVersion, ...] = ()
        """Deleted ones too: what they proposed still bears their name."""
        self.current_category: Category | None = None
        self.hidden_categories: frozenset[int] = frozenset()
        self.hidden: frozenset[int] = frozenset()
        self.locked: frozenset[int] = frozenset()
        self.line = Line(settings.value.threshold)
        self.allows_outside = False
        self.calibration = Calibration()
        self.album = Album()
        self._lock: EditorLock | None = None
        self._scene = Scene()
        self._selected: tuple[int, ...] = ()
        self._chosen: tuple[tuple[Annotation, ...], tuple[int, ...], tuple[Annotation, ...]]
        self._chosen = (), (), ()
        self._selected_prediction: int | None = None
        settings.changed.connect(self._on_settings_changed)

    # --- what is open ----------------------------------------------------------------------

    @property
    def person(self) -> str:
        """Whose work this is."""
        return self.settings.value.person_name

    @property
    def images(self) -> Sequence[Image]:
        """All images of the project, in order."""
        return self.album.images

    @property
    def image(self) -> Image | None:
        """The image in view."""
        return None if self._scene.image_id is None else self.album.get(self._scene.image_id)

    @property
    def image_path(self) -> Path | None:
        """Where the image in view is."""
        image = self.image
        return self.store.images.path(image) if self.store and image else None

    @property
    def limits(self) -> tuple[float, float] | None:
        """Width and height that objects must not leave; None where they may, or it is unknown."""
        return self.frame.limits

    @property
    def frame(self) -> Frame:
        """The image in view as what objects must fit into."""
        return Frame(size_of(self.image) if self.image else None, self.allows_outside)

    @property
    def annotations(self) -> tuple[Annotation, ...]:
        """The objects of the image in view, in drawing order."""
        return self._scene.annotations

    @property
    def threshold(self) -> float:
        """From which score on predictions of most categories are shown."""
        return self.line.general

    @property
    def predictions(self) -> tuple[Prediction, ...]:
        """Predictions to show: undecided, sure enough, not confirmed by an object of one's own."""
        return self._scene.shown(self.line, self.hidden_categories)

    @property
    def sure_predictions(self) -> tuple[Prediction, ...]:
        """Undecided predictions that are sure enough, those an object confirms too."""
        return self._scene.sure(self.line, self.hidden_categories)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why the image in view is worth a look, the best reason first."""
        return self._scene.reasons

    @property
    def doubts(self) -> tuple[tuple[Reason, Prediction], ...]:
        """What of it can be shown on the picture: open predictions, whatever their score."""
        hidden = self.hidden_categories
        return tuple(pair for pair in self._scene.doubts if pair[1].category_id not in hidden)

    @property
    def waiting_predictions(self) -> int:
        """How many predictions would be shown if every score were sure enough."""
        return len(self._scene.shown(Line(0.0), self.hidden_categories))

    @property
    def selected(self) -> tuple[Annotation, ...]:
        """The selected objects."""
        objects, ids, found = self._chosen
        if objects is not self.annotations or ids is not self._selected:
            objects, ids = self.annotations, self._selected
            chosen = set(ids)
            found = tuple(a for a in objects if a.id in chosen)
            self._chosen = objects, ids, found  # asked for by every menu entry after each edit
        return found

    @property
    def selected_prediction(self) -> Prediction | None:
        """The selected prediction."""
        return self._scene.prediction(self._selected_prediction)

    @property
    def active_version(self) -> ModelVersion | None:
        """The model version in use."""
        return next((v for v in self.versions if v.is_active), None)

    def name_of(self, annotation: Annotation) -> str:
        """What the lists call an object of the image in view: "person 3"."""
        name = next((c.name for c in self.categories if c.id == annotation.category_id), "object")
        place = annotation.ordinal, annotation.id
        before = (
            a.category_id == annotation.category_id and (a.ordinal, a.id) < place
            for a in self.annotations
        )
        return f"{name} {1 + sum(before)}"

    def category(self, category_id: int) -> Category:
        """The category of that id."""
        return next(c for c in self.categories if c.id == category_id)

    def _on_settings_changed(self) -> None:
        """Of the masks of predictions, more or fewer may be sure enough now."""
        wanted = self.settings.value.mask_from
        if self.store is not None and self._scene.mask_from != wanted:
            self._scene.mask_from = wanted
            self._scene.load_predictions(self.store)
            self.predictions_changed.emit()
