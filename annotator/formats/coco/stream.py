"""JSON text read a piece at a time: a large file is never whole in memory.

The values themselves are read by Python's own scanner, which is written in C. This module knows
only where a value may have been cut off by the end of a piece, and then reads on and tries again.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from json.scanner import make_scanner
from pathlib import Path
from typing import Any, Final

PIECE: Final = 1 << 20
"""Bytes that are read at once, at least."""
_CUT: Final = 16
"""Characters; a word or number cut off by the end of a piece is complained about so near to it."""
_SPACE: Final = " \t\n\r"


class Window:
    """The part of a file that is being read, and a place in it; closes itself as a context.

    Attributes:
        at: the place, in ``text``.
    """

    def __init__(self, file: Path, *, piece: int = PIECE) -> None:
        """Open.

        Args:
            file: in UTF-8, 16 or 32.
            piece: bytes to read at once.

        Raises:
            OSError: it cannot be opened.
        """
        self._stream = file.open("rb")
        encoding = json.detect_encoding(self._stream.peek(4)[:4])
        self._decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
        self._piece = piece
        self._scan = make_scanner(json.JSONDecoder())  # type: ignore[arg-type]
        self._gone = self._lines = self._column = 0
        self._is_whole = False
        self.text = ""
        self.at = 0

    def __enter__(self) -> Window:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    @property
    def place(self) -> int:
        """How many characters of the file stand before the place."""
        return self._gone + self.at

    def skip(self, characters: int) -> None:
        """Go on by so many characters."""
        self.at += characters
        while self.at > len(self.text) and not self._is_whole:
            beyond = self.at - len(self.text)
            self.at = len(self.text)
            self._read_on()
            self.at += beyond

    def peek(self) -> str:
        """The next character that is no space, where the place is then; "" at the end."""
        while True:
            text, at, end = self.text, self.at, len(self.text)
            while at < end and text[at] in _SPACE:
                at += 1
            self.at = at
            if at < end or self._is_whole:
                return text[at : at + 1]
            self._read_on()

    def expect(self, character: str, say: str) -> None:
        """Go past one character.

        Raises:
            json.JSONDecodeError: another one stands there.
        """
        if self.peek() != character:
            raise self._error(say, self.at)
        self.at += 1

    def value(self) -> tuple[Any, str]:
        """The value that begins at the place, and its text; the place is behind it then.

        Raises:
            json.JSONDecodeError: there is none.
            UnicodeDecodeError: the file is not in the encoding it seems to be in.
            ValueError, RecursionError: a number or nesting beyond what can be read.
        """
        while True:
            say, place = "", 0
            try:
                found, end = self._scan(self.text, self.at)
            except StopIteration as stop:
                say, place = "Expecting value", int(stop.value)
            except json.JSONDecodeError as error:
                say, place = error.msg, error.pos
            else:
                if self._is_whole or end + _CUT <= len(self.text):
                    text, self.at = self.text[self.at : end], end
                    return found, text
            if say and not self._may_be_cut(say, place):
                raise self._error(say, place)
            self._read_on()

    def values(self) -> Iterator[tuple[Any, str]]:
        """Each value of the list that begins at the place, and its text.

        Raises:
            json.JSONDecodeError, UnicodeDecodeError, ValueError, RecursionError: as ``value``.
        """
        self.expect("[", "Expecting '['")
        if self.peek() == "]":
            self.at += 1
            return
        while True:
            self.peek()
            yield self.value()
            next_one = self.peek()
            self.at += 1
            if next_one == "]":
                return
            if next_one != ",":
                raise self._error("Expecting ',' delimiter", self.at - 1)

    def end(self) -> None:
        """Nothing may stand here any more.

        Raises:
            json.JSONDecodeError: something does.
        """
        if self.peek():
            raise self._error("Extra data", self.at)

    def _may_be_cut(self, say: str, place: int) -> bool:
        """Whether more text could mend it; a string that does not end says where it began."""
        is_near = place + _CUT >= len(self.text) or say.startswith("Unterminated string")
        return is_near and not self._is_whole

    def _read_on(self) -> None:
        """Let go of what is behind the place; read as much as is left before it, or a piece."""
        gone = self.text[: self.at]
        newlines = gone.count("\n")
        self._lines += newlines
        self._column = len(gone) - gone.rfind("\n") - 1 if newlines else self._column + len(gone)
        self._gone += len(gone)
        rest = self.text[self.at :]
        data = self._stream.read(max(self._piece, len(rest)))
        self._is_whole = not data
        self.text = rest + self._decoder.decode(data, final=not data)
        self.at = 0

    def _error(self, say: str, place: int) -> json.JSONDecodeError:
        """With the line and column of the file, not of the piece."""
        error = json.JSONDecodeError(say, self.text, place)
        if error.lineno == 1:
            error.colno += self._column
        error.lineno += self._lines
        return error
