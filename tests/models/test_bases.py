"""Which weights a benchmark's trainings begin with."""

import argparse
from pathlib import Path

import pytest

from benchmarks.bases import NOTHING, TRUNK, base_of, offer_bases


def test_the_trunk_is_that_of_the_test_data(monkeypatch, tmp_path):
    monkeypatch.setenv("ANNOTATOR_SHARED", str(tmp_path))
    assert base_of(TRUNK, "squeezenet1_0").parent == tmp_path / "weights"


@pytest.mark.parametrize(
    ("asked", "preset", "found"),
    [
        ("best", "squeezenet1_0", "starter"),
        ("best", "resnet50", "hub"),
        ("hub", "squeezenet1_0", "hub"),
        (NOTHING, "squeezenet1_0", None),
        ("mine.safetensors", "squeezenet1_0", Path("mine.safetensors")),
    ],
)
def test_all_else_is_what_the_program_understands(asked, preset, found):
    assert base_of(asked, preset) == found


def test_the_option_says_what_there_is():
    parser = argparse.ArgumentParser()
    offer_bases(parser, "best")
    assert parser.parse_args([]).weights == "best"
    assert parser.parse_args(["--weights", TRUNK]).weights == TRUNK
