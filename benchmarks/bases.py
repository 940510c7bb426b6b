"""Which weights a benchmark's trainings begin with."""

from __future__ import annotations

import argparse

from benchmarks.coco_samples import shared
from models.starting import BEST, Source, source_of

TRUNK = "trunk"
"""The small trunk's ImageNet weights that lie with the test data, and fresh weights around them."""

NOTHING = "nothing"
"""Fresh weights alone."""


def offer_bases(parser: argparse.ArgumentParser, default: str) -> None:
    """The option ``--weights``."""
    told = f"{TRUNK} (ImageNet's, of the test data), {BEST} (as the program), hub, starter, a file"
    told += f", {NOTHING}"
    parser.add_argument("--weights", default=default, help=told)


def base_of(asked: str, preset: str) -> Source:
    """Where the weights come from that were asked for."""
    if asked == TRUNK:
        return shared() / "weights" / "squeezenet1_0-imagenet.safetensors"
    return source_of(None if asked == NOTHING else asked, preset)
