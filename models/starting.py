"""The starter: weights of the small preset that come with the program, for work without a network.

They were trained on drawn scenes of people, balls and crates, and on drawn cells
(``benchmarks/make_starter.py``).
Nothing here imports torch.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

BEST, HUB, STARTER = "best", "hub", "starter"
"""What weights are called where they are chosen: what is best for a preset, torchvision's, ours."""

Source = Path | Literal["hub", "starter"] | None
"""Where weights come from: a file, one of the two, or nowhere."""

_FOLDER = Path(__file__).resolve().parent / STARTER


def starter_of(preset: str) -> Path | None:
    """The checkpoint that comes for a preset; None where none does."""
    place = _FOLDER / f"{preset}.safetensors"
    return place if place.is_file() else None


def source_of(asked: str | None, preset: str) -> Source:
    """Where the weights for a preset come from.

    The starter is the better beginning wherever there is one: on photographs, too, its pyramid and
    heads learn sooner than fresh ones (``docs/decisions/0014-a-starter-comes-along.md``).

    Args:
        asked: "best", "hub", "starter", a file's path, or None for none.
        preset: name of the network's preset.
    """
    if asked == BEST:
        return "starter" if starter_of(preset) else "hub"
    match asked:
        case "hub" | "starter" as known:
            return known
        case _:
            return Path(asked) if asked else None
