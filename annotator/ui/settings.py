"""What one person prefers on this machine (QSettings); facts of a project live in the project."""

from __future__ import annotations

import getpass
import json
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

RECENT_LIMIT = 12


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user in the password file
        return "me"


@dataclass(frozen=True, slots=True)
class Settings:
    """Every preference with its default."""

    person: str = ""
    theme: str = "system"
    keys: str = "default"
    threshold: float = 0.5
    device: str = "auto"
    keep_zoom: bool = False
    grid: bool = False
    minimap: bool = True
    side_by_side: bool = False
    snaps: bool = True
    tiles: bool = False
    assists: bool = True
    mask_from: float = 0.75
    doubts: bool = True

    @property
    def person_name(self) -> str:
        """The name written into the provenance of objects: the one given, else the login name."""
        return self.person.strip() or _login_name()


@dataclass(frozen=True, slots=True)
class Field:
    """How one preference is shown: the dialog is made from these."""

    name: str
    label: str
    hint: str
    choices: tuple[tuple[str, str], ...] = ()


FIELDS: tuple[Field, ...] = (
    Field("person", "Your name", "Written to every object you draw or correct."),
    Field(
        "theme",
        "Appearance",
        "Light and dark follow the system unless you choose.",
        (("system", "Follow the system"), ("light", "Light"), ("dark", "Dark")),
    ),
    Field(
        "keys",
        "Keys",
        "The CVAT profile walks the images with F and D.",
        (("default", "Default (D, A)"), ("cvat", "CVAT (F, D)")),
    ),
    Field("threshold", "Show predictions from", "New projects start with this score."),
    Field(
        "device",
        "Computing device",
        "Automatic takes the first GPU, else the processor.",
        (("auto", "Automatic"), ("cuda", "NVIDIA GPU"), ("mps", "Apple GPU"), ("cpu", "Processor")),
    ),
    Field("keep_zoom", "Keep zoom", "Show the next image at the same place and zoom."),
    Field("grid", "Grid", "Rule lines over the image."),
    Field("minimap", "Minimap", "Show which part of the image is seen."),
    Field("side_by_side", "Side by side", "Show predictions beside the labels."),
    Field(
        "snaps", "Snap to neighbours", "Corners meet outlines and borders nearby; Ctrl suspends it."
    ),
    Field("tiles", "Look closely", "Pre-label large images in tiles too, for small objects."),
    Field("assists", "Fill in boxes", "The model adds mask and joints to each box you draw."),
    Field("mask_from", "Masks from", "Expected IoU a mask needs; 200 corrections calibrate it."),
    Field("doubts", "Show doubts", "Mark on the picture what the model is least sure of."),
)


@dataclass(frozen=True, slots=True)
class RecentProject:
    """One project opened before, for the welcome page."""

    path: Path
    name: str
    picture: Path | None
    opened: str
    facts: str = ""


class UserSettings(QObject):
    """The preferences as they are now.

    Signals:
        changed: after any of them changed.
    """

    changed = Signal()

    def __init__(self, backend: QSettings | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._backend = (
            backend
            if backend is not None
            else QSettings(
                QSettings.defaultFormat(), QSettings.Scope.UserScope, "annotator", "annotator"
            )
        )
        self._value = self._load()

    @property
    def value(self) -> Settings:
        """The preferences."""
        return self._value

    def change(self, **changes: Any) -> None:
        """Change some preferences and keep them."""
        self._value = replace(self._value, **changes)
        self._backend.setValue("settings", json.dumps(asdict(self._value)))
        self.changed.emit()

    def recent(self) -> list[RecentProject]:
        """Projects opened before that still stand, the latest first."""
        rows = self._stored("recent", [])
        found = [
            RecentProject(
                Path(row["path"]),
                row["name"],
                Path(row["picture"]) if row.get("picture") else None,
                row["opened"],
                row.get("facts", ""),
            )
            for row in rows
        ]
        return [p for p in found if (p.path / "project.sqlite").exists()]

    def remember(self, path: Path, *, picture: Path | None, facts: str) -> None:
        """Put a project first in the recent ones."""
        others = [p for p in self.recent() if p.path != path]
        now = datetime.now(UTC).isoformat(timespec="seconds")
        recent = [RecentProject(path, path.name, picture, now, facts), *others][:RECENT_LIMIT]
        rows = [
            {
                "path": str(p.path),
                "name": p.name,
                "picture": str(p.picture) if p.picture else "",
                "opened": p.opened,
                "facts": p.facts,
            }
            for p in recent
        ]
        self._backend.setValue("recent", json.dumps(rows))

    def geometry(self, key: str) -> QByteArray:
        """A stored window geometry or state; empty when there is none."""
        value = self._backend.value(f"geometry/{key}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def keep_geometry(self, key: str, value: QByteArray) -> None:
        """Keep a window geometry or state."""
        self._backend.setValue(f"geometry/{key}", value)

    def _load(self) -> Settings:
        stored = self._stored("settings", {})
        known = {f.name for f in fields(Settings)}
        return Settings(**{k: v for k, v in stored.items() if k in known})

    def _stored(self, key: str, otherwise: Any) -> Any:
        """What is kept there, if it can be read and is of the same kind as ``otherwise``."""
        try:
            value = json.loads(str(self._backend.value(key, "")))
        except ValueError:
            return otherwise
        return value if isinstance(value, type(otherwise)) else otherwise
