"""The File menu: projects, folders and exchange."""

from __future__ import annotations

from annotator.ui.menus.spec import Spec, has_image, is_open

# fmt: off
SPECS = (
    Spec("new", "File", "Open a folder of images...", ("Ctrl+N",), lambda c: c.project.new(), icon="folder-open"),
    Spec("open", "File", "Open project...", ("Ctrl+O",), lambda c: c.project.open(), icon="folder"),
    Spec("demo", "File", "Try the demo", (), lambda c: c.project.demo()),
    Spec("add_folder", "File", "Add a folder of images...", (), lambda c: c.project.add_folder(), is_open, starts_section=True),
    Spec("rescan", "File", "Look through the folders again", ("F5",), lambda c: c.project.rescan(), is_open),
    Spec("relink", "File", "Find moved images...", (), lambda c: c.project.relink(), has_image),
    Spec("take_out", "File", "Take image out of the project...", (), lambda c: c.labelling.take_out_image(), has_image),
    Spec("restore", "File", "Restore a backup...", (), lambda c: c.backups.show(), is_open),
    Spec("import", "File", "Import COCO...", ("Ctrl+Shift+I",), lambda c: c.project.import_coco(), icon="download-simple", starts_section=True),
    Spec("export", "File", "Export COCO...", ("Ctrl+E",), lambda c: c.project.export_coco(), is_open, "export"),
    Spec("settings", "File", "Settings...", ("Ctrl+,",), lambda c: c.window["settings"](), icon="gear", starts_section=True),
    Spec("close", "File", "Close project", ("Ctrl+W",), lambda c: c.project.close(), is_open),
    Spec("quit", "File", "Quit", ("Ctrl+Q",), lambda c: c.window["quit"]()),
)
# fmt: on
