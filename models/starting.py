"""The starter: weights of the small preset that come with the program, for work without a network.

They were trained on drawn scenes of people, balls and crates (``benchmarks/make_starter.py``).
Nothing here imports torch.
"""

from __future__ import annotations

from pathlib import Path

STARTER = "starter"
"""What the starter is called where weights are chosen."""

_FOLDER = Path(__file__).resolve().parent / STARTER


def starter_of(preset: str) -> Path | None:
    """The checkpoint that comes for a preset; None where none does."""
    place = _FOLDER / f"{preset}.safetensors"
    return place if place.is_file() else None
