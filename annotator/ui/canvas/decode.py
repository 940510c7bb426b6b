"""Image files as QImages, with the interpreter lock mostly free.

The whole of a plain JPEG is decoded by Qt right into its place; its pixels are Pillow's to the last
bit, but there only once. All else is decoded by Pillow and copied over in bands.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

from PIL import Image as Pillow
from PySide6.QtGui import QImage, QImageReader

from annotator.domain.errors import UnreadableFileError
from annotator.services.pixels import is_plain_jpeg, read_image

BAND = 256_000
"""Pixels copied in one go: under a millisecond with the interpreter lock held."""
FROM = 2_000_000
"""Pixels from which the memory that Qt's decoder spares is worth a second look at the file."""
MOST = 64_000_000
"""Pixels up to which Qt decodes an image in one piece: 256 MB, its limit."""
FORMAT = QImage.Format.Format_RGB32


def decode(path: Path, *, size: tuple[int, int], short_side: int | None, is_raw: bool) -> QImage:
    """Decode a file; may be called in any thread.

    Args:
        path: the file.
        size: width and height it will be shown with, pixels.
        short_side: pixels the short side must have at least; None for all of them.
        is_raw: the frame as it lies in the file, without EXIF rotation.

    Returns:
        The pixels in ``FORMAT``, upright unless raw.

    Raises:
        UnreadableFileError: the file is none of an image, or memory is too small for it.
    """
    is_for_qt = short_side is None and FROM <= size[0] * size[1] <= MOST
    if is_for_qt and is_plain_jpeg(path, is_raw=is_raw):
        reader = QImageReader(str(path))
        reader.setAutoTransform(False)
        image = reader.read()
        if image.format() == FORMAT:
            return image
    return image_of(read_image(path, short_side=short_side, is_raw=is_raw))


def image_of(source: Pillow.Image) -> QImage:
    """A copy of Pillow's pixels, of mode RGB.

    Raises:
        UnreadableFileError: memory is too small for it.
    """
    width, height = source.size
    image = _blank(width, height)
    bits, line = memoryview(image.bits()), image.bytesPerLine()
    band = max(1, BAND // width)
    for top in range(0, height, band):
        piece = source.crop((0, top, width, min(top + band, height))).convert("RGBA")
        data = piece.tobytes("raw", "BGRA")
        bits[top * line : top * line + len(data)] = data
    return image


def reduced(image: QImage, factor: int) -> QImage:
    """The image with each pixel the mean of ``factor`` x ``factor``.

    Raises:
        UnreadableFileError: memory is too small for it.
    """
    width, height = image.width(), image.height()
    made = _blank(-(-width // factor), -(-height // factor))
    given = cast(bytes, image.constBits())  # Pillow reads it where it lies
    whole = Pillow.frombuffer("RGBX", (width, height), given, "raw", "RGBX", 0, 1)
    bits, line = memoryview(made.bits()), made.bytesPerLine()
    band = max(1, BAND // width)
    for top in range(0, made.height(), band):
        rows = (0, top * factor, width, min((top + band) * factor, height))
        data = whole.crop(rows).reduce(factor).tobytes()
        bits[top * line : top * line + len(data)] = data
    return made


def _blank(width: int, height: int) -> QImage:
    image = QImage(width, height, FORMAT)
    if image.isNull():
        raise UnreadableFileError(f"There is no memory for {width} x {height} pixels.")
    return image
