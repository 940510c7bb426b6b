"""What is odd about a file, gathered into a few lines."""

from __future__ import annotations

_SHOWN = 5  # ids in a line


class Notes:
    """Findings by what they are; each becomes one line with a count and the first ids."""

    def __init__(self) -> None:
        self._found: dict[str, list[str]] = {}
        self._counts: dict[str, int] = {}

    def add(self, text: str, key: object) -> None:
        """One more row of which this is true."""
        self._counts[text] = self._counts.get(text, 0) + 1
        shown = self._found.setdefault(text, [])
        if len(shown) < _SHOWN:
            shown.append(str(key))

    def lines(self) -> tuple[str, ...]:
        """Lines like “3 annotations without “area”: 17, 21, 40”, in the order of first sight."""
        return tuple(self._line(text) for text in self._found)

    def _line(self, text: str) -> str:
        shown, count = self._found[text], self._counts[text]
        more = ", ..." if count > len(shown) else ""
        return f"{count} {text}: {', '.join(shown)}{more}"
