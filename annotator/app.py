"""The only wiring: paths, settings, workspace, learner, window; and what happens to a bug."""

from __future__ import annotations

import annotator.ui.plain_imports  # noqa: F401

# isort: split
import ctypes
import gc
import logging
import re
import sys
import traceback
from importlib.metadata import version
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, QThreadPool
from PySide6.QtWidgets import QApplication

from annotator.domain.errors import KnownError
from annotator.learning.protocol import Failed
from annotator.paths import demo, log_folder
from annotator.services import reports
from annotator.services.projects import find_project
from annotator.ui.keeper import BackupKeeper
from annotator.ui.learner import Learner
from annotator.ui.look import apply_look
from annotator.ui.main_window import MainWindow
from annotator.ui.notices import Notice
from annotator.ui.settings import UserSettings
from annotator.ui.timers import once
from annotator.ui.workspace import Workspace

_log = logging.getLogger(__name__)

_M_MMAP_THRESHOLD = -3  # of malloc.h

_PASSED_ON = re.compile(r"^(Error calling Python override of \S+: )+")
"""What PySide writes before the message of an error that passes through Qt."""


def run(project: Path | None = None) -> int:
    """Show the window until it is closed; the exit code.

    Args:
        project: a project, or a folder of images; None for the welcome page.
    """
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("annotator")
    app.setApplicationDisplayName("Annotator")
    _keep_log()
    faults = reports.collect_faults(log_folder())
    window = make_window(project)
    window.show()
    _report_bugs(window)
    if faults:
        _tell_report(window, "The program ended unexpectedly last time. Your work is saved.")
    with reports.faults_written_down(log_folder()):
        code = app.exec()
    window.learner.wait()
    QThreadPool.globalInstance().waitForDone()  # the backup of what was just closed
    return code


def make_window(project: Path | None = None) -> MainWindow:
    """The real main window, not yet shown; a QApplication must be there.

    Args:
        project: a project, or a folder of images, to open; None for the welcome page.
    """
    app = QApplication.instance()
    assert isinstance(app, QApplication), "make a QApplication first"
    _give_memory_back()
    settings = UserSettings(parent=app)
    apply_look(app, settings.value.theme)
    settings.changed.connect(lambda: apply_look(app, settings.value.theme))
    workspace = Workspace(settings)
    learner = Learner()
    settings.changed.connect(lambda: learner.set_device(settings.value.device))
    about = (
        f"<h3>Annotator {version('annotator')}</h3>"
        "<p>Draw boxes, masks and joints on images, and let one network do most of it.</p>"
        f"<p>MIT licence. Logs are in {log_folder()}.</p>"
    )
    window = MainWindow(
        workspace, learner, settings, demo_folder=demo(), about=about, reports=log_folder()
    )
    workspace.setParent(window)
    learner.setParent(window)
    _Host(window)
    keeper = BackupKeeper(workspace, window)
    keeper.damage_found.connect(window.backups.tell_refusal)
    if project is not None:
        _open(window, project)
    _calm_collector()
    return window


def _open(window: MainWindow, folder: Path) -> None:
    """Open a project at once; a folder of images that has none, with progress."""
    place = find_project(folder)
    if place is None:
        window.project.open_path(folder)
        return
    window.project.open_project(place)


class _Host(QObject):
    """Keeps learner, recent projects and the place in the image in step with the open project."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        workspace = window.workspace
        workspace.project_changed.connect(self._on_project_changed)
        workspace.image_changed.connect(self._on_image_changed)
        window.canvas.view_moved.connect(self._on_view_moved)
        self._is_first = False
        self._keep_view = once(self, self._on_view_rested, after_ms=400)

    def _on_project_changed(self) -> None:
        window = self._window
        store = window.workspace.store
        self._is_first = store is not None
        if store is None or window.workspace.is_read_only:
            window.learner.close()
            return
        window.learner.open(store.folder, window.settings.value.device)

    def _on_image_changed(self) -> None:
        workspace, store = self._window.workspace, self._window.workspace.store
        if store is None or not self._is_first:
            return
        self._is_first = False
        view = workspace.setting("view", None)
        if isinstance(view, dict):
            self._window.canvas.restore_view(view)
        picture = workspace.image_path
        facts = f"{len(workspace.album):,} images, {workspace.album.reviewed:,} reviewed"
        exists = picture is not None and picture.exists()
        workspace.settings.remember(store.folder, picture=picture if exists else None, facts=facts)

    def _on_view_moved(self) -> None:
        self._keep_view.start()

    def _on_view_rested(self) -> None:
        self._window.workspace.keep("view", self._window.canvas.view_state())


def _give_memory_back() -> None:
    """Have the C library hand large blocks back to the system as soon as they are freed.

    glibc raises the size that counts as large each time one is freed. After a few images it would
    keep some 40 MB that nobody uses.
    """
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    if library is not None and hasattr(library, "mallopt"):
        library.mallopt(_M_MMAP_THRESHOLD, 256 * 1024)


def _calm_collector() -> None:
    """Have the garbage collector work, and never look through what lives as long as the window.

    A full collection takes 30 milliseconds and more, nearly all of it for modules and widgets, and
    it comes whenever it likes: in the middle of a drag. Before the first window there is hardly
    anything to let go, so the first image does not wait for that.
    """
    if gc.get_freeze_count():  # an earlier window in this process
        gc.unfreeze()
        gc.collect()
    gc.freeze()
    gc.enable()


def _keep_log() -> None:
    """Warnings and worse go to a file that a report can include."""
    folder = log_folder()
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        folder / "annotator.log", maxBytes=1_000_000, backupCount=2, encoding="utf-8"
    )
    logging.basicConfig(
        level=logging.WARNING,
        handlers=[handler, logging.StreamHandler()],
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )


def _report_bugs(window: MainWindow) -> None:
    """A bug is logged and told once, a refusal each time; the window goes on, all work is saved."""
    told: set[str] = set()

    def report(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            window.close()
            return
        if issubclass(kind, KnownError):
            window.notices.show_notice(Notice(_PASSED_ON.sub("", str(error)), "error"))
            return
        _log.critical("a bug", exc_info=(kind, error, trace))
        where = "".join(traceback.format_tb(trace)[-1:])
        if where not in told:
            told.add(where)
            whole = "".join(traceback.format_exception(kind, error, trace))
            reports.write(log_folder(), f"{kind.__name__}: {error}".splitlines()[0], whole)
            _tell_report(window, f"Something went wrong here ({error}). Your work is saved.")

    sys.excepthook = report
    window.learner.failed.connect(_on_learner_failed)


def _on_learner_failed(event: Failed) -> None:
    """What the learner could not foresee is kept as a report, too; the window tells it."""
    if event.detail:
        reports.write(log_folder(), event.text.splitlines()[0], event.detail)


def _tell_report(window: MainWindow, text: str) -> None:
    notice = Notice(text, "error", None, "Show the report", window.show_reports)
    window.notices.show_notice(notice)
