"""What the File menu does: projects, folders, import and export."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from annotator.domain.errors import KnownError, RefusedError
from annotator.services.exchange import ExportOptions
from annotator.services.folder import AddReport, add_folder, rescan
from annotator.services.projects import create_from_folder, find_project
from annotator.ui import background
from annotator.ui.chores import Chore
from annotator.ui.dialogs.export import ExportDialog
from annotator.ui.dialogs.importing import ImportDialog
from annotator.ui.notices import Notice
from annotator.ui.progress import JobProgress, ProgressStrip
from annotator.ui.words import counted
from annotator.ui.workspace import Workspace

T = TypeVar("T")


class ProjectCommands(QObject):
    """Open, create, import, export.

    Signals:
        counted: (text, done, total) of work on the thread pool.
        refused: (folder, KnownError): that project cannot be opened.
    """

    counted = Signal(str, object, object)
    refused = Signal(object, object)

    def __init__(
        self, workspace: Workspace, strip: ProgressStrip, window: QWidget, demo_folder: Path
    ) -> None:
        super().__init__(window)
        self._workspace, self._strip, self._window = workspace, strip, window
        self._demo_folder = demo_folder
        self._chore: Chore | None = None
        self._remarks: tuple[str, ...] = ()
        self._is_cancelled = False
        self.counted.connect(self._on_work_counted)
        strip.cancel_requested.connect(self._on_cancel_requested)

    # --- opening ---------------------------------------------------------------------------

    def new(self) -> None:
        """Choose a folder of images; a project is made of it, or the one there opened."""
        self._ask_folder("Open a folder of images", self.open_path)

    def open(self) -> None:
        """Choose a project."""
        self._ask_folder("Open project", self.open_path)

    def open_path(self, folder: Path | None) -> None:
        """Open the project a folder is or holds, make one of images alone; None asks for one."""
        project = None if folder is None else find_project(folder)
        if folder is None:
            self.open()
        elif project is not None:
            self.open_project(project)
        else:
            self._work(
                "Looking through the folder",
                lambda count: create_from_folder(folder, count),
                self._on_project_created,
            )

    def open_project(self, folder: Path) -> None:
        """Open a project."""
        try:
            self._workspace.open(folder)
        except KnownError as error:
            self.refused.emit(folder, error)

    def demo(self) -> None:
        """Make the sample project, if it is not there, and open it."""
        from annotator.services.sample import make_sample  # noqa: PLC0415 - rarely wanted

        project = find_project(self._demo_folder)
        if project is not None:
            self.open_project(project)
        else:
            self._work(
                "Drawing the sample",
                lambda count: make_sample(self._demo_folder, progress=count),
                self.open_project,
            )

    def stop(self) -> None:
        """End an import or export in hand; what it would have written is not written."""
        if self._chore is not None:
            self._chore.stop()

    def close(self) -> None:
        """Back to the welcome page."""
        self._workspace.close()

    # --- images ----------------------------------------------------------------------------

    def add_folder(self) -> None:
        """Choose another folder whose images join the project."""
        self._ask_folder("Add a folder of images", self._add_folder)

    def rescan(self) -> None:
        """Look through the folders again."""
        store = self._workspace.store
        if store is not None:
            self._work(
                "Looking through the folders",
                lambda count: rescan(store, count),
                self._on_folders_followed,
            )

    def relink(self) -> None:
        """Choose where the images of the image in view's folder are now."""
        store, image = self._workspace.store, self._workspace.image
        if store is None or image is None:
            return

        def link(folder: Path) -> None:
            store.roots.relink(image.root_id, folder)
            self.rescan()

        self._ask_folder(f"Where is {image.file_name} now? Choose the folder above it", link)

    # --- exchange --------------------------------------------------------------------------

    def import_coco(self, file: Path | None = None) -> None:
        """Open the import dialog; from the welcome page, a project is made beside the file."""
        dialog = ImportDialog(self._window, file=file)
        dialog.import_requested.connect(self._on_import_requested)
        dialog.open()

    def export_coco(self) -> None:
        """Open the export dialog."""
        dialog = ExportDialog(self._workspace, self._window)
        dialog.export_requested.connect(self._on_export_requested)
        dialog.open()

    def _on_import_requested(self, file: Path, images: Path | None) -> None:
        store = self._workspace.store
        if store is None:
            folder = images or file.parent
            project = find_project(folder)
            if project is None:
                self._work(
                    "Looking through the folder",
                    lambda count: create_from_folder(folder, count, may_be_empty=True),
                    lambda made: self._import_into(made[0], file, images),
                )
                return
            self._import_into(project, file, images)
        else:
            self._import_into(store.folder, file, images)

    def _import_into(self, project: Path, file: Path, images: Path | None) -> None:
        """Import in a process of its own, which is the project's editor meanwhile."""
        if not self._can_run():
            return
        arguments = ["import", str(project), str(file)]
        if images is not None:
            arguments += ["--images", str(images)]
        self._workspace.close()
        self._run(
            f"Importing {file.name}",
            arguments,
            lambda ok, text: self._on_import_ended(project, ok, text),
        )

    def _on_import_ended(self, project: Path, ok: bool, text: str) -> None:
        self.open_project(project)
        self._on_chore_ended(ok, text)
        if ok and self._remarks:
            self._workspace.said.emit(Notice(text, "warning", None, "Show", self._show_remarks))

    def _show_remarks(self) -> None:
        """What the last import found odd, line by line."""
        box = QMessageBox(self._window)
        box.setObjectName("remarks")
        box.setText("What is odd in the file was kept as it is.")
        box.setDetailedText("\n".join(self._remarks))
        box.open()

    def _on_export_requested(self, file: Path, options: ExportOptions) -> None:
        store = self._workspace.store
        if store is None:
            return
        arguments = ["export", str(store.folder), str(file)]
        flags = {
            "--reviewed-only": options.reviewed_only,
            "--all-images": options.all_images,
            "--fill": options.fill,
        }
        arguments += [flag for flag, is_wanted in flags.items() if is_wanted]
        if options.predictions_above is not None:
            arguments += ["--predictions-above", str(options.predictions_above)]
        self._run(f"Exporting {file.name}", arguments, self._on_chore_ended)

    # --- how it is done --------------------------------------------------------------------

    def _ask_folder(self, title: str, then: Callable[[Path], None]) -> None:
        dialog = QFileDialog(self._window, title)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, "Choose")
        dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
        dialog.open()

    def _work(
        self,
        text: str,
        function: Callable[[Callable[[int, int], None]], T],
        done: Callable[[T], None],
    ) -> None:
        """Run on the thread pool; the function gets a callback that counts."""
        self._strip.show_progress(JobProgress("work", text))

        def finish(result: T) -> None:
            self._strip.finish("work")
            done(result)

        def fail(error: Exception) -> None:
            self._strip.finish("work")
            if not isinstance(error, KnownError):
                raise error
            self._workspace.said.emit(Notice(str(error), "error"))

        self._is_cancelled = False

        def count(n: int, total: int) -> None:
            if self._is_cancelled:
                raise RefusedError(f"{text} was cancelled. Nothing was changed.")
            self.counted.emit(text, n, total)

        background.run(function, count, done=finish, failed=fail, owner=self)

    def _can_run(self) -> bool:
        if self._chore is not None:
            self._workspace.say("Another import or export is running; wait for it, or cancel it.")
        return self._chore is None

    def _run(self, text: str, arguments: list[str], ended: Callable[[bool, str], None]) -> None:
        if not self._can_run():
            return
        self._chore = chore = Chore(text, arguments, self)
        chore.progressed.connect(self._strip.show_progress)

        def finish(ok: bool, words: str) -> None:
            self._chore, self._remarks = None, tuple(chore.remarks)
            self._strip.finish("chore")
            ended(ok, words)

        chore.start(finish)

    def _add_folder(self, folder: Path) -> None:
        store = self._workspace.store
        if store is not None:
            self._work(
                f"Adding {folder.name}",
                lambda count: add_folder(store, folder, count),
                self._on_folders_followed,
            )

    def _on_project_created(self, made: tuple[Path, AddReport]) -> None:
        self.open_project(made[0])
        self._tell(made[1])

    def _on_folders_followed(self, report: AddReport) -> None:
        self._workspace.reload_images()
        self._workspace.reload_image()
        self._tell(report)

    def _tell(self, report: AddReport) -> None:
        text = f"{counted(report.added, 'image')} found."
        if report.missing:
            verb = "is" if report.missing == 1 else "are"
            text += f" {report.missing:,} {verb} missing: File > Find moved images."
        if report.unreadable:
            text += f" {len(report.unreadable)} cannot be read, first {report.unreadable[0]}."
        is_fine = not (report.missing or report.unreadable)
        self._workspace.said.emit(Notice(text, "info" if is_fine else "warning"))

    def _on_work_counted(self, text: str, done: int, total: int) -> None:
        self._strip.show_progress(JobProgress("work", text, done, total))

    def _on_chore_ended(self, ok: bool, text: str) -> None:
        self._workspace.said.emit(Notice(text, "info" if ok else "error"))

    def _on_cancel_requested(self, job: str) -> None:
        if job == "chore" and self._chore is not None:
            self._chore.cancel()
        elif job == "work":
            self._is_cancelled = True
