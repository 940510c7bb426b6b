"""Which COCO file comes in, where its images are, and what is in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from annotator.domain.errors import KnownError, UnreadableFileError
from annotator.ui import background
from annotator.ui.dialogs.frame import Frame, PathField, form, hinted, muted
from annotator.ui.look import caption
from annotator.ui.words import counted

_LARGEST = 64_000_000
"""Bytes; a larger file is not read twice only to be described."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a COCO file holds, and how many of its images are in the folder looked at."""

    images: int
    objects: int
    with_joints: int
    categories: tuple[str, ...]
    found: int | None


class ImportDialog(Frame):
    """Asks for the file and the folder; the work is the caller's.

    Signals:
        import_requested: (Path of the file, Path of the images' folder or None).
    """

    import_requested = Signal(object, object)

    def __init__(self, parent: QWidget | None = None, *, file: Path | None = None) -> None:
        super().__init__("import_dialog", "Import COCO", parent)
        self._asked = 0
        self._file = PathField(
            "import_file", kind="open", title="Import COCO", filters="COCO (*.json)"
        )
        self._images = PathField("import_images", kind="folder", title="Folder the images are in")
        self._words = caption("", "import_contents", role="body")
        fields = form()
        fields.addRow(muted("File"), self._file)
        hint = "Images the folder lacks are kept and marked missing; they can be found later."
        fields.addRow(muted("Images"), hinted(self._images, hint))
        self.body.addLayout(fields)
        self.body.addWidget(self._words)
        self.setMinimumWidth(520)
        self._main = self.add_buttons("Import COCO", self._on_accept_pressed)
        self._file.changed.connect(self._on_file_changed)
        self._images.changed.connect(self._look)
        self._main.setEnabled(False)
        if file is not None:
            self._file.set_path(file)

    def _on_file_changed(self) -> None:
        path = self._file.path
        if self._images.path is None and path is not None and path.is_file():
            near = path.parent / "images"
            self._images.set_path(near if near.is_dir() else path.parent)
        self._look()

    def _look(self) -> None:
        """Describe the file on the thread pool; only the latest answer counts."""
        path = self._file.path
        self._asked += 1
        self.say_problem("")
        self._main.setEnabled(path is not None and path.is_file())
        if path is None or not path.is_file():
            self._words.setText("")
            if path is not None:
                self.say_problem(f"There is no file {path}.")
            return
        if path.stat().st_size > _LARGEST:
            self._words.setText("A large file: the import shows its progress.")
            return
        self._words.setText("Reading…")
        number = self._asked
        background.run(
            look_into,
            path,
            self._images.path,
            done=lambda contents: self._on_contents_read(number, contents),
            failed=lambda error: self._on_contents_failed(number, error),
            owner=self,
        )

    def _on_contents_read(self, number: int, contents: Contents) -> None:
        if number == self._asked:
            self._words.setText(describe(contents))

    def _on_contents_failed(self, number: int, error: Exception) -> None:
        if number != self._asked:
            return
        if not isinstance(error, KnownError | OSError):
            raise error
        self._words.setText("")
        self.say_problem(str(error))
        self._main.setEnabled(False)

    def _on_accept_pressed(self) -> None:
        path = self._file.path
        if path is not None:
            self.import_requested.emit(path, self._images.path)
            self.accept()


def describe(contents: Contents) -> str:
    """What a file holds, in words."""
    words = (
        f"{counted(contents.images, 'image')} with {counted(contents.objects, 'object')}, "
        f"{contents.with_joints:,} of them with joints."
    )
    if contents.categories:
        shown = ", ".join(contents.categories[:6])
        more = len(contents.categories) - 6
        words += f"\nCategories: {shown}" + (f" and {more} more." if more > 0 else ".")
    if contents.found is not None:
        missing = contents.images - contents.found
        words += "\nAll images are in the folder." if not missing else ""
        words += f"\n{counted(missing, 'image')} not found in the folder." if missing else ""
    return words


def look_into(path: Path, folder: Path | None) -> Contents:
    """Count what a COCO file holds.

    Raises:
        UnreadableFileError: it is no COCO file.
    """
    try:
        body = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError(f"{path.name} is not a JSON file: {error}") from error
    if not isinstance(body, dict) or not isinstance(body.get("images"), list):
        raise UnreadableFileError(f"{path.name} is no COCO file: it has no list of images.")
    objects = _dicts(body.get("annotations"))
    names = [str(i.get("file_name", "")) for i in _dicts(body["images"])]
    return Contents(
        images=len(names),
        objects=len(objects),
        with_joints=sum(1 for a in objects if a.get("keypoints")),
        categories=tuple(str(c.get("name", "?")) for c in _dicts(body.get("categories"))),
        found=None if folder is None else sum(1 for n in names if n and (folder / n).is_file()),
    )


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []
