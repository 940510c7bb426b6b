"""Any part of a TIFF file, from its strips or tiles, is what a full decode gives there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from annotator.services.blocks import Blocks
from annotator.services.layout import blocks_of
from annotator.services.overview import Overview
from annotator.services.pixels import read_pixels
from benchmarks.large_data import write_tiff

WIDTH, HEIGHT = 301, 203


def drawn() -> Image.Image:
    grain = np.random.default_rng(3).integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8)
    return Image.fromarray(grain)


def blocks_in(path: Path) -> Blocks | None:
    with Image.open(path) as image:
        assert isinstance(image, TiffImageFile)
        layout = blocks_of(image, path.stat().st_size)
    return None if layout is None else Blocks(path, layout)


@pytest.mark.parametrize("mode", ["RGB", "L", "1", "P", "RGBA", "CMYK", "I;16", "F"])
@pytest.mark.parametrize("compression", [None, "tiff_lzw", "tiff_deflate", "packbits"])
def test_every_kind_of_pixel_is_as_in_a_full_decode(
    tmp_path: Path, mode: str, compression: str | None
) -> None:
    path = tmp_path / "a.tif"
    image = drawn()
    if mode in ("I;16", "F"):
        values = np.asarray(image.convert("L")).astype("uint16" if mode == "I;16" else "float32")
        image = Image.fromarray(values * 200)
    else:
        image = image.convert(mode)
    image.save(path, compression=compression, strip_size=WIDTH * 12)
    blocks = blocks_in(path)
    assert blocks is not None
    assert len(blocks.layout.rows) > 1
    assert (blocks.region((17, 5, 250, 190)) == read_pixels(path)[5:195, 17:267]).all()


def test_strips_coded_as_jpeg_are_as_in_a_full_decode(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    drawn().save(path, compression="jpeg", strip_size=WIDTH * 3 * 16)
    blocks = blocks_in(path)
    assert blocks is not None
    assert (blocks.region((0, 0, WIDTH, HEIGHT)) == read_pixels(path)).all()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    tile=st.sampled_from([None, 16, 64, 512]),
    strip_rows=st.sampled_from([1, 7, 64, HEIGHT]),
    left=st.integers(0, WIDTH - 1),
    top=st.integers(0, HEIGHT - 1),
    data=st.data(),
)
def test_any_part_is_what_it_is(
    tmp_path: Path, tile: int | None, strip_rows: int, left: int, top: int, data: st.DataObject
) -> None:
    path = tmp_path / "a.tif"
    write_tiff(path, drawn(), tile=tile, strip_rows=strip_rows)
    blocks = blocks_in(path)
    assert blocks is not None
    width = data.draw(st.integers(1, WIDTH - left))
    height = data.draw(st.integers(1, HEIGHT - top))
    wanted = np.asarray(drawn())[top : top + height, left : left + width]
    assert (blocks.region((left, top, width, height)) == wanted).all()


@pytest.mark.parametrize("tile", [None, 48])
def test_the_overview_is_the_image_reduced(tmp_path: Path, tile: int | None) -> None:
    path = tmp_path / "a.tif"
    smooth = drawn().resize((12, 8)).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    write_tiff(path, smooth, tile=tile, strip_rows=16)
    blocks = blocks_in(path)
    assert blocks is not None
    overview = Overview(blocks, 4)
    overview.advance()
    assert overview.is_complete
    apart = np.abs(np.asarray(overview.image).astype(int) - np.asarray(smooth.reduce(4)))
    assert apart.mean() < 2


def test_bands_apart_and_blocks_outside_the_file_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    write_tiff(path, drawn(), tile=64)
    with Image.open(path) as image:
        assert isinstance(image, TiffImageFile)
        assert blocks_of(image, 1000) is None
        image.tag_v2[284] = 2
        assert blocks_of(image, path.stat().st_size) is None
