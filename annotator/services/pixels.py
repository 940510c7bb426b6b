"""Pixels of image files as people see them: upright, 8-bit RGB, whatever the file holds.

Only the first frame of an animation or a multi-page file is read. Pillow's limit on the number of
pixels stays in force: beyond it an image is read reduced, if so it needs no more, or refused in
words.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile
from PIL.TiffImagePlugin import TiffImageFile

from annotator.domain.errors import UnreadableFileError
from annotator.services.blocks import Blocks
from annotator.services.image_file import JPEGS, TURNS, frame_size, limit, opened, orientation
from annotator.services.layout import blocks_of
from annotator.services.overview import Overview
from annotator.services.rgb import is_deep as is_deep_image
from annotator.services.rgb import to_rgb

BY_BLOCKS = 100_000_000
"""Pixels from which a TIFF that may be reduced is never there as a whole."""
READ_AT_ONCE = 4_000_000
"""Bytes of a JPEG between two turns at the interpreter lock: a busy window takes 5 ms for each."""
_INVERSES = {**TURNS, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}


def read_pixels(
    path: Path, *, short_side: int | None = None, is_raw: bool = False, tail: float = 0.0
) -> NDArray[np.uint8]:
    """Read an image, upright.

    Args:
        path: the image file.
        short_side: when given, a smaller copy will do: the short side of the result is at least
            ``min(short_side, original short side)`` pixels, and JPEG files are decoded reduced.
        is_raw: leave the frame as it lies in the file, without EXIF rotation.
        tail: share of the values at each end that the stretch of 16-bit and float pixels gives up;
            one hot pixel makes an image dark without it.

    Returns:
        RGB, uint8 [H, W, 3], contiguous. 16-bit and float pixels are stretched from the lowest to
        the highest value; transparency is laid on a neutral grey.

    Raises:
        UnreadableFileError: the file is missing, no image, broken, or has too many pixels.
    """
    image = read_image(path, short_side=short_side, is_raw=is_raw, tail=tail)
    return np.array(image, dtype=np.uint8)


def read_image(
    path: Path, *, short_side: int | None = None, is_raw: bool = False, tail: float = 0.0
) -> Image.Image:
    """As ``read_pixels``, in Pillow's own memory and mode RGB: a large image is there only once.

    Raises:
        UnreadableFileError: as ``read_pixels``.
    """

    def factor(width: int, height: int) -> float:
        return 1.0 if short_side is None else short_side / max(1, min(width, height))

    return _read(path, factor, is_raw=is_raw, tail=tail)


def is_deep(path: Path) -> bool:
    """Whether an image has more than 8 bits a value, from the file's header alone.

    Raises:
        UnreadableFileError: the file is missing or no image.
    """
    with opened(path) as image:
        return is_deep_image(image)


def is_plain_jpeg(path: Path, *, is_raw: bool = False) -> bool:
    """Whether it is a complete JPEG of RGB pixels that lie as they are shown.

    Every decoder gives the pixels of such a file, where others need ``read_image``.
    """
    try:
        with opened(path) as image:
            is_plain = image.format in JPEGS and image.mode == "RGB"
            if not is_plain or (orientation(image) != 1 and not is_raw):
                return False
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(-min(size, 4096), os.SEEK_END)
            return file.read().rstrip(b"\0").endswith(b"\xff\xd9")
    except (UnreadableFileError, OSError):
        return False


def thumbnail(path: Path, side: int, *, is_raw: bool = False) -> NDArray[np.uint8]:
    """A small upright copy, its long side at most ``side`` pixels; small images stay as they are.

    Returns:
        RGB, uint8 [h, w, 3].

    Raises:
        UnreadableFileError: as ``read_pixels``.
    """
    # Twice the wanted size keeps the final resampling smooth.
    image = _read(path, lambda width, height: 2 * side / max(1, width, height), is_raw=is_raw)
    image.thumbnail((side, side), Image.Resampling.BICUBIC)
    return np.ascontiguousarray(image)


def read_size(path: Path) -> tuple[int, int]:
    """Width and height of the upright image, pixels, from the file's header alone.

    Raises:
        UnreadableFileError: the file is missing, no image, or has too many pixels.
    """
    with opened(path) as image:
        width, height = frame_size(image)
        return (height, width) if orientation(image) >= 5 else (width, height)


def read_frame_size(path: Path) -> tuple[int, int]:
    """Width and height as they lie in the file, before EXIF rotation, pixels, from the header.

    Raises:
        UnreadableFileError: the file is missing, no image, or has too many pixels.
    """
    with opened(path) as image:
        return frame_size(image)


def _read(
    path: Path, factor: Callable[[int, int], float], *, is_raw: bool, tail: float = 0.0
) -> Image.Image:
    """Decode; ``factor(width, height)`` is the smallest scale of the frame that will do."""
    with opened(path) as image:
        turn = orientation(image)
        width, height = image.size
        scale = min(1.0, factor(width, height))
        reduced = _by_blocks(image, path, scale)
        # Pillow turns TIFF files itself while it loads them, so that some are to be turned back.
        has_turned = image.format == "TIFF" and reduced is None
        rgb = reduced or to_rgb(_loaded(image, path, scale), tail)
        step = int(min(rgb.width / max(1.0, width * scale), rgb.height / max(1.0, height * scale)))
        if step >= 2:
            rgb = rgb.reduce(step)
        if is_raw and has_turned and turn in _INVERSES:
            rgb = rgb.transpose(_INVERSES[turn])
        elif not is_raw and not has_turned and turn in TURNS:
            rgb = rgb.transpose(TURNS[turn])
    if min(rgb.size) == 0:
        raise UnreadableFileError(f"{path}: the image has no pixels")
    return rgb


def _loaded(image: Image.Image, path: Path, scale: float) -> Image.Image:
    """The image decoded, no larger than Pillow decodes in one piece."""
    if scale < 1.0:
        width, height = image.size
        image.draft(None, (int(np.ceil(width * scale)), int(np.ceil(height * scale))))
    if image.width * image.height > limit():
        most = limit() // 1_000_000
        raise UnreadableFileError(f"{path}: more than {most} million pixels are read only in parts")
    if isinstance(image, JpegImageFile):
        image.decodermaxblock = READ_AT_ONCE
    image.load()
    return image


def _by_blocks(image: Image.Image, path: Path, scale: float) -> Image.Image | None:
    """The frame of a large TIFF, reduced block by block; None of what is small, or wanted whole."""
    step = int(1 / scale) if scale > 0 else 1
    if not isinstance(image, TiffImageFile) or step < 2:
        return None
    width, height = frame_size(image)
    layout = blocks_of(image, path.stat().st_size) if width * height > BY_BLOCKS else None
    if layout is None or (width // step) * (height // step) > limit():
        return None
    overview = Overview(Blocks(path, layout), step)
    overview.advance()
    return overview.image
