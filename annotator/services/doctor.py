"""What this machine has and lacks, and what to do about it."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import platform
import re
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = (
    *("annotator", "PySide6-Essentials", "torch", "torchvision", "pycocotools", "shapely"),
    *("SQLAlchemy", "numpy", "Pillow"),
)
_WITHOUT_DISPLAY = (
    "Without one, these work: annotator create, import, export, train, predict, rank, evaluate, "
    "info, doctor, and demo --no-window."
)
_PATIENCE_S = 1.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: what it is: "Display".
        is_fine: nothing is to be done.
        text: what was found.
        advice: what to do about it; empty when it is fine.
    """

    name: str
    is_fine: bool
    text: str
    advice: str = ""


def examine(device: Callable[[], str], environment: Mapping[str, str]) -> list[Finding]:
    """Look at everything the program needs; nothing that is missing stops it.

    Args:
        device: says in words what the network runs on; may fail in any way.
        environment: the process's variables.
    """
    return [
        Finding("Python", True, f"{platform.python_version()} on {platform.platform()}"),
        *_packages(),
        _device(device),
        _display(environment),
        _weights(environment),
    ]


def display_problem(environment: Mapping[str, str]) -> str:
    """Why no window can open here, in one line with what to do; "" when one can."""
    if importlib.util.find_spec("PySide6") is None:
        return (
            "PySide6 is not installed, so the window cannot open: pip install PySide6-Essentials."
        )
    if not sys.platform.startswith("linux"):
        return ""
    chosen = environment.get("QT_QPA_PLATFORM", "").split(":")[0].split(";")[0]
    if chosen and chosen not in ("xcb", "wayland"):
        return _missing_library("libQt6Gui.so.6")
    has_wayland = bool(environment.get("WAYLAND_DISPLAY")) and chosen != "xcb"
    shown = environment.get("DISPLAY", "")
    if not shown and not has_wayland:
        return (
            "There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set), so the window "
            f"cannot open. {_WITHOUT_DISPLAY}"
        )
    if not has_wayland and not _answers(shown):
        return f"The display {shown} does not answer, so the window cannot open. {_WITHOUT_DISPLAY}"
    missing = _missing_library("libQt6Gui.so.6")
    return missing or ("" if has_wayland else _missing_library("libqxcb.so"))


def _packages() -> list[Finding]:
    findings = []
    for name in _PACKAGES:
        try:
            findings.append(Finding(name, True, version(name)))
        except PackageNotFoundError:
            findings.append(Finding(name, False, "not installed", f"pip install {name}"))
    return findings


def _device(device: Callable[[], str]) -> Finding:
    try:
        words = device()
    except Exception as error:  # a broken torch may fail in any way
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        advice = "Labelling works; to train and predict, install torch and torchvision again."
        return Finding("Device", False, f"the network cannot run ({reason})", advice)
    if words.startswith("CPU"):
        text = f"{words}; no GPU was found, so training takes minutes instead of seconds"
        return Finding("Device", True, text)
    return Finding("Device", True, words)


def _display(environment: Mapping[str, str]) -> Finding:
    problem = display_problem(environment)
    if problem:
        text, _, advice = problem.partition(". ")
        return Finding("Display", False, text.rstrip("."), advice)
    names = ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY")
    found = [f"{name}={environment[name]}" for name in names if environment.get(name)]
    return Finding("Display", True, ", ".join(found) or "the system's own")


def _weights(environment: Mapping[str, str]) -> Finding:
    folder = weights_cache(environment)
    try:
        names = sorted(p.name for p in folder.iterdir() if p.suffix in (".pth", ".safetensors"))
    except OSError:
        names = []
    if names:
        return Finding("Weights", True, f"{', '.join(names)} in {folder}")
    advice = (
        "The first training fetches some. Without a network, name a file: annotator train PROJECT "
        "--weights FILE; without either, training starts from nothing and needs many more images."
    )
    return Finding("Weights", False, f"none are kept in {folder}", advice)


def weights_cache(environment: Mapping[str, str]) -> Path:
    """Where pretrained weights are kept: torch.hub's folder, found without loading torch."""
    home = environment.get("TORCH_HOME")
    if not home:
        home = str(Path(environment.get("XDG_CACHE_HOME") or "~/.cache") / "torch")
    return Path(os.path.expandvars(home)).expanduser() / "hub" / "checkpoints"


def _missing_library(name: str) -> str:
    """What keeps one of Qt's libraries from loading, with what to install; "" when it loads."""
    spec = importlib.util.find_spec("PySide6")
    if spec is None or not spec.submodule_search_locations:
        return ""
    qt = Path(spec.submodule_search_locations[0]) / "Qt"
    places = [qt / "lib" / name, qt / "plugins" / "platforms" / name]
    file = next((place for place in places if place.is_file()), None)
    if file is None:
        return ""
    try:
        ctypes.CDLL(str(file))
    except OSError as error:
        missing = re.match(r"(\S+\.so[.\d]*): cannot open", str(error))
        library = missing[1] if missing else str(error)
        return (
            f"The window needs {library}, which is not installed. On Debian and Ubuntu: apt-get "
            "install libegl1 libgl1 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 libxcb-cursor0 "
            "libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1."
        )
    return ""


def _answers(display: str) -> bool:
    """Whether an X server listens at ``host:number.screen``; True where that cannot be told."""
    match = re.fullmatch(r"(?:unix)?([^:/]*):(\d+)(?:\.\d+)?", display)
    if match is None:
        return True
    host, number = match[1], int(match[2])
    try:
        if host:
            socket.create_connection((host, 6000 + number), _PATIENCE_S).close()
            return True
        path = f"/tmp/.X11-unix/X{number}"
        return _connects(path) or _connects(f"\0{path}")
    except OSError:
        return False


def _connects(path: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(_PATIENCE_S)
        try:
            probe.connect(path)
        except OSError:
            return False
        return True
