"""Keeps what the canvas shows in step with the workspace: image, objects, words for none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from annotator.domain.model import Image
from annotator.services.cache import is_newer, thumbnail_file, thumbnails_in
from annotator.services.large import FROM as LARGE
from annotator.services.large import large_cache
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.loading import PictureLoader
from annotator.ui.canvas.overlay import Overlay
from annotator.ui.canvas.picture import Picture, picture_of_thumbnail
from annotator.ui.canvas.screen import Screen
from annotator.ui.notices import Notice
from annotator.ui.workspace import Workspace

SMALLEST_FIRST_LOOK = 600
"""Pixels of the short side decoded at first, also while the window has no size yet."""


class Showing(QObject):
    """Listens to the workspace for the canvas.

    Signals:
        left: another image, or none, is in view from now on.
        arrived: a decoded image came; True for the first of one image.
        viewed: the view was set.
    """

    left = Signal()
    arrived = Signal(bool)
    viewed = Signal()

    def __init__(
        self,
        workspace: Workspace,
        board: Board,
        screen: Screen,
        overlay: Overlay,
        canvas: QWidget,
    ) -> None:
        super().__init__(canvas)
        self._workspace = workspace
        self._board = board
        self._screen = screen
        self._overlay = overlay
        self._canvas = canvas
        self._image_id: int | None = None
        self._wanted: Mapping[str, Any] | None = None
        self._loader = PictureLoader(self)
        self._loader.forget(self._cache())
        self._loader.arrived.connect(self._on_picture_arrived)
        self._loader.failed.connect(self._on_picture_failed)
        self._loader.slowed.connect(self._on_loader_slowed)
        self._pieces = screen.closeup.pieces
        self._pieces.arrived.connect(canvas.update)
        self._pieces.failed.connect(lambda words: workspace.said.emit(Notice(words, "warning")))
        workspace.image_changed.connect(self.show_image)
        workspace.project_changed.connect(self._on_project_changed)
        workspace.images_changed.connect(self._on_images_changed)
        workspace.edited.connect(self._on_shapes_changed)
        workspace.predictions_changed.connect(self._on_shapes_changed)
        workspace.categories_changed.connect(self._on_shapes_changed)

    def show_image(self) -> None:
        """Show the image in view, or say in words why there is none."""
        image = self._workspace.image
        image_id = image.id if image is not None else None
        if image is not None and image_id == self._image_id:
            self._on_shapes_changed()
            return
        keeps = self._workspace.settings.value.keep_zoom and self._image_id is not None
        look = self.state() if keeps else None
        left = self._left_behind()
        self._image_id = image_id
        self._wanted = None
        self.left.emit()
        self._board.hovered = self._board.handle = None
        self._board.invalidate()
        self._overlay.forget()
        self._screen.picture = None
        self._pieces.serve(None)
        self._screen.message = self._screen.note = ""
        view = self._board.view
        view.is_fit = True
        view.set_image_size(image.width if image else 0, image.height if image else 0)
        if image is None:
            self._loader.stop()
            self._screen.message = self._empty_words()
        else:
            if look is not None:
                self.restore(look)
            self._load()
        if left is not None:  # only now, or it might push out the very picture that is wanted
            self._loader.keep(*left, short_side=self._short_side())
        self.viewed.emit()

    def state(self) -> dict[str, Any]:
        """Where the view looks, for ``restore``: zoom and centre as JSON values."""
        view = self._board.view
        return {"fit": view.is_fit, "zoom": view.zoom, "x": view.centre.x, "y": view.centre.y}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Look where ``Canvas.view_state`` looked, at once or when the image's size is known."""
        view = self._board.view
        if not view.image_size[0]:
            self._wanted = state
            return
        self._wanted = None
        if state.get("fit", True):
            view.fit()
        else:
            view.look_at(float(state["x"]), float(state["y"]), float(state["zoom"]))
        self.viewed.emit()

    def _load(self) -> None:
        image = self._workspace.image
        if image is not None:
            self._loader.load(
                image,
                self._workspace.image_path,
                short_side=self._short_side(),
                neighbours=self._neighbours,
            )
            if self._screen.picture is None and image.width * image.height >= LARGE:
                self._show_thumbnail(image)

    def _show_thumbnail(self, image: Image) -> None:
        """Of an image whose file takes long to read, what the list of images has of it."""
        store, path = self._workspace.store, self._workspace.image_path
        if store is None or path is None:
            return
        file = thumbnail_file(thumbnails_in(store.cache), image.id)
        if is_newer(file, path):
            picture = picture_of_thumbnail(file, width=image.width, height=image.height)
            if picture is not None:
                self._on_picture_arrived(picture)

    def _short_side(self) -> int:
        """Pixels of an image's short side that fill the canvas."""
        side = min(self._canvas.width(), self._canvas.height())
        return round(max(side, SMALLEST_FIRST_LOOK) * self._canvas.devicePixelRatioF())

    def _neighbours(self) -> list[tuple[Image, Path]]:
        """The images that one key leads to: next, previous, next in the queue."""
        store, album, here = self._workspace.store, self._workspace.album, self._image_id
        if store is None or here is None:
            return []
        found = [album.neighbour(here, 1), album.neighbour(here, -1)]
        found.append(album.in_queue(here, 1))
        images = {image.id: image for image in found if image is not None and image.id != here}
        return [(image, store.images.path(image)) for image in images.values()]

    def _left_behind(self) -> tuple[Image, Path, Picture] | None:
        """The picture on show: whoever leaves an image may come back to it."""
        picture, store, here = self._screen.picture, self._workspace.store, self._image_id
        image = self._workspace.album.get(here) if here is not None else None
        if store is None or image is None or picture is None:
            return None
        return image, store.images.path(image), picture

    def _on_project_changed(self) -> None:
        """Ids mean other images from now on."""
        self._loader.forget(self._cache())
        self.show_image()

    def _cache(self) -> Path | None:
        store = self._workspace.store
        return None if store is None else large_cache(store.cache)

    def _on_picture_arrived(self, picture: Picture) -> None:
        is_first = self._screen.picture is None
        self._screen.picture = picture
        self._screen.message = self._screen.note = ""
        self._board.view.set_image_size(picture.width, picture.height)
        self._pieces.serve(picture.large)
        if self._wanted is not None:
            self.restore(self._wanted)
        self.arrived.emit(is_first)

    def _on_picture_failed(self, words: str) -> None:
        self._screen.message = words
        self.viewed.emit()

    def _on_loader_slowed(self) -> None:
        image = self._workspace.image
        self._screen.note = f"Loading {image.file_name} …" if image is not None else ""
        self._canvas.update()

    def _on_images_changed(self, ids: frozenset[int] | None) -> None:
        """A file that was missing may be there again; an empty project may have images."""
        if self._image_id is None:
            self._screen.message = self._empty_words()
            self._canvas.update()
        elif self._screen.message and (ids is None or self._image_id in ids):
            self._load()

    def _on_shapes_changed(self) -> None:
        self._board.invalidate()
        self._canvas.update()

    def _empty_words(self) -> str:
        if self._workspace.store is None:
            return "No project is open\n\nFile > Open a folder of images… starts one."
        if not self._workspace.images:
            return (
                "No images yet\n\nFile > Add a folder of images… brings them in. "
                "They stay where they are."
            )
        return "No image is chosen\n\nPick one in the list, or press D for the next."
