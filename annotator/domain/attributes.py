"""What a person says about one object beside its category: names with a text, number or yes/no."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass

Value = str | int | float | bool

_YES = frozenset({"yes", "true"})
_NO = frozenset({"no", "false"})


@dataclass(frozen=True, slots=True, eq=False)
class Attribute:
    """One fact about an object.

    Equal are attributes that say the same: 1 and 1.0 do, 1 and yes do not.

    Attributes:
        name: not empty.
        value: text, a finite number, or yes/no.
    """

    name: str
    value: Value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Attribute) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[str, bool, Value]:
        return self.name, isinstance(self.value, bool), self.value


Attributes = tuple[Attribute, ...]


def value_of(attributes: Attributes, name: str) -> Value | None:
    """What is said under a name; None where nothing is."""
    return next((a.value for a in attributes if a.name == name), None)


def with_value(attributes: Attributes, name: str, value: Value) -> Attributes:
    """The attributes with one of them changed in its place, or added at the end."""
    said = Attribute(name, value)
    if value_of(attributes, name) is None:
        return (*attributes, said)
    return tuple(said if a.name == name else a for a in attributes)


def without(attributes: Attributes, name: str) -> Attributes:
    """The attributes but for one."""
    return tuple(a for a in attributes if a.name != name)


def names_of(all_attributes: Iterable[Attributes]) -> list[str]:
    """Every name that is used, once, in the order they come."""
    return list(dict.fromkeys(a.name for attributes in all_attributes for a in attributes))


def value_from(text: str, like: Value | None = None) -> Value:
    """What a person means by typed words.

    Args:
        text: "red", "12", "yes", ...
        like: a value the same attribute has elsewhere: where that is text, this is text too.
    """
    text = text.strip()
    if isinstance(like, str):
        return text
    if text.casefold() in _YES | _NO:
        return text.casefold() in _YES
    try:
        number = json.loads(text)
    except (ValueError, RecursionError):
        return text
    is_finite = type(number) in (int, float) and abs(number) <= sys.float_info.max
    return number if is_finite else text


def words_of(value: Value) -> str:
    """A value as it is shown and typed; ``value_from`` reads it back."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
