"""Where things are: what comes with the program, and the person's own files."""

from __future__ import annotations

from pathlib import Path

import platformdirs

_NAME = "annotator"


def resources() -> Path:
    """The folder of icons and styles: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "resources"
    return inside if inside.is_dir() else package.parent / "resources"


def user_data() -> Path:
    """The person's own folder: the demo, and projects of folders that cannot be written to."""
    return Path(platformdirs.user_data_dir(_NAME, appauthor=False))


def log_folder() -> Path:
    """Where crash reports go."""
    return Path(platformdirs.user_log_dir(_NAME, appauthor=False))


def demo() -> Path:
    """Where the demo is made when no folder is named."""
    return user_data() / "demo"
