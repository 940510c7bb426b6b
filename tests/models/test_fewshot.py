"""Twelve labelled photographs are enough: minutes on two cores, so only run when asked for."""

import argparse
import time

import pytest

from benchmarks.fewshot import run
from models.train import TrainSettings


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_twelve_fruit_images_teach_boxes_and_masks(shared):
    options = argparse.Namespace(
        data="fruits",
        images=12,
        preset="squeezenet1_0",
        weights=shared / "weights" / "squeezenet1_0-imagenet.safetensors",
        steps=None,
        seed=0,
        learning_rate=TrainSettings().learning_rate,
        device="cpu",
        checkpoint=None,
        verbose=False,
    )
    started = time.monotonic()

    metrics = run(options)["metrics"]

    assert metrics["box"]["AP50"] >= 0.9
    assert metrics["mask"]["AP50"] >= 0.9
    assert time.monotonic() - started < 600
