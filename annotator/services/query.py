"""Reads what a person types into the filter: ``category:dog score<0.4 -reviewed:yes name:*.png``.

Terms are separated by spaces and must all hold. A comma separates alternatives, a minus in front
turns a term round, quotes keep spaces together. A word without a field looks for itself in the
name, or is one of the words for an image's state.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import Final

from annotator.domain.errors import RefusedError
from annotator.domain.query import NUMBERS, SWITCHES, Field, Order, Query, Sign, Term

EXAMPLES: Final = (
    ("category:dog", "has an object that is a dog; also category:dog,cat"),
    ("objects>5", "has more than five objects; objects:0 has none"),
    ("predictions:0", "has no prediction that waits"),
    ("score<0.4", "has a waiting prediction the model gives less than 0.4"),
    ("joint:left_wrist<0.4", "has a waiting prediction whose left wrist is that unsure"),
    ("unsure>0.7", "the model is that unsure of the image"),
    ("reviewed:no", "is not reviewed; also state:new, state:progress"),
    ("flag:missed", "is flagged with that word; flag:yes with any"),
    ("missing:yes", "its file was not found"),
    ("held:yes", "tests the model and never teaches it"),
    ("name:*.png", "its name ends so; a word alone is looked for anywhere in the name"),
    ("width>4000", "is that wide in pixels; also height"),
    ("-category:person", "a minus in front: has no person"),
    ("sort:-objects", "the most objects first; also name, unsure, score, state, width"),
)
"""What can be typed, and what it finds."""

STATE_WORDS: Final[Mapping[str, Term]] = {
    "new": Term(Field.STATE, words=("new",)),
    "progress": Term(Field.STATE, words=("in_progress",)),
    "reviewed": Term(Field.REVIEWED),
    "unreviewed": Term(Field.REVIEWED, is_not=True),
    "flagged": Term(Field.FLAG),
    "missing": Term(Field.MISSING),
    "held": Term(Field.HELD),
    "labelled": Term(Field.OBJECTS, Sign.MORE, number=0),
    "unlabelled": Term(Field.OBJECTS, number=0),
    "predicted": Term(Field.PREDICTED),
    "unpredicted": Term(Field.PREDICTED, is_not=True),
}
"""Words for an image's state."""

_STATES: Final = {"new": "new", "progress": "in_progress", "in_progress": "in_progress"} | {
    "reviewed": "reviewed"
}
_YES: Final = frozenset(("yes", "y", "true", "1"))
_NO: Final = frozenset(("no", "n", "false", "0"))
_TOKEN: Final = re.compile(r'(?:[^\s"]|"[^"]*(?:"|$))+')
_PARTS: Final = re.compile(r"(-?)([a-z]+)(<=|>=|[:=<>])(.*)", re.DOTALL | re.IGNORECASE)
_JOINT: Final = re.compile(r"(.+?)(<=|>=|[<>])(.*)", re.DOTALL)
_ALIASES: Final = {
    "uncertainty": "unsure",
    "file": "name",
    "prediction": "predictions",
    "object": "objects",
    "categories": "category",
    "joints": "joint",
}


def parse(text: str) -> Query:
    """What was asked for.

    Raises:
        RefusedError: a term makes no sense; the words say which, and what would.
    """
    terms: list[Term] = []
    order: Order | None = None
    is_descending = False
    for match in _TOKEN.finditer(text):
        token = match.group()
        parts = _PARTS.fullmatch(token)
        name = "" if parts is None else parts[2].lower()
        if parts is not None and name == "sort":
            order, is_descending = _order(parts[4])
        elif parts is None or name not in _fields():
            terms.append(_word(token))
        else:
            terms.append(_term(token, parts))
    return Query(tuple(terms), order, is_descending)


def _fields() -> frozenset[str]:
    return frozenset(f.value for f in Field if f is not Field.TEXT) | _ALIASES.keys()


def _word(token: str) -> Term:
    is_not = token.startswith("-") and len(token) > 1
    word = _plain(token[is_not:]).lower()
    return Term(Field.TEXT, words=(word,), is_not=is_not, other=STATE_WORDS.get(word))


def _term(token: str, parts: re.Match[str]) -> Term:
    name = parts[2].lower()
    field = Field(_ALIASES.get(name, name))
    sign = Sign.IS if parts[3] in ":=" else Sign(parts[3])
    is_not, value = bool(parts[1]), parts[4]
    if not _plain(value):
        raise RefusedError(f"“{token}” is not finished: something is missing behind “{parts[3]}”.")
    if field in NUMBERS:
        return Term(field, sign, number=_number(token, value), is_not=is_not)
    if field is Field.JOINT:
        return _joint(token, value, is_not=is_not)
    if sign is not Sign.IS:
        raise RefusedError(f"“{token}”: {name} compares with no number. Try {name}:{value}.")
    if field in SWITCHES:
        return Term(field, is_not=is_not != (not _is_yes(token, value)))
    words = tuple(word.lower() for word in map(_plain, value.split(",")) if word)
    if field is Field.STATE:
        return Term(field, words=_states(token, words), is_not=is_not)
    if field is Field.FLAG and words in (("yes",), ("no",), ("*",)):
        return Term(field, is_not=is_not != (words == ("no",)))
    return Term(field, words=words, is_not=is_not)


def _joint(token: str, value: str, *, is_not: bool) -> Term:
    parts = _JOINT.fullmatch(value)
    if parts is None:
        raise RefusedError(f"“{token}”: say how sure, as in joint:{_plain(value)}<0.4.")
    number, word = _number(token, parts[3]), _plain(parts[1]).lower()
    return Term(Field.JOINT, Sign(parts[2]), (word,), number, is_not)


def _number(token: str, value: str) -> float:
    text = _plain(value)
    try:
        number = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        number = nan
    if not isfinite(number):
        raise RefusedError(f"“{token}”: “{text}” is no number.")
    return number


def _is_yes(token: str, value: str) -> bool:
    word = _plain(value).lower()
    if word not in _YES | _NO:
        raise RefusedError(f"“{token}”: say yes or no.")
    return word in _YES


def _states(token: str, words: Sequence[str]) -> tuple[str, ...]:
    unknown = [word for word in words if word not in _STATES]
    if unknown:
        raise RefusedError(f"“{token}”: a state is new, progress or reviewed.")
    return tuple(_STATES[word] for word in words)


def _order(value: str) -> tuple[Order, bool]:
    word = _plain(value).lower()
    is_descending, word = word.startswith("-"), word.lstrip("-+")
    word = _ALIASES.get(word, word)
    if word not in {order.value for order in Order}:
        names = ", ".join(order.value for order in Order)
        raise RefusedError(f"Nothing can be sorted by “{word}”. Sort by {names}.")
    return Order(word), is_descending


def _plain(text: str) -> str:
    return text.replace('"', "")


# --- completion --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The project's own words."""

    categories: tuple[str, ...] = ()
    joints: tuple[str, ...] = ()


def token_at(text: str, cursor: int) -> tuple[int, int]:
    """Where the term under the cursor begins and ends; both the cursor where there is none."""
    for match in _TOKEN.finditer(text):
        if match.start() <= cursor <= match.end():
            return match.start(), match.end()
    return cursor, cursor


def complete(text: str, cursor: int, vocabulary: Vocabulary) -> list[str]:
    """What the term under the cursor may become, the likeliest first."""
    first, _ = token_at(text, cursor)
    typed = text[first:cursor]
    lead = "-" if typed.startswith("-") else ""
    typed = typed[len(lead) :].lower()
    every = _completions(vocabulary)
    if ":" not in typed:
        heads = list(dict.fromkeys(_head(one) for one in every))
        every = [*heads, *(one for one in every if _head(one) != one)] if typed else heads
    typed = typed.replace('"', "")
    starts = [one for one in every if one.lower().replace('"', "").startswith(typed)]
    return [lead + one for one in starts if one.lower() != typed][:12]


def _completions(vocabulary: Vocabulary) -> list[str]:
    found = [f"category:{_quoted(name)}" for name in vocabulary.categories]
    found += ["reviewed:no", "reviewed:yes", "state:new", "state:progress", "state:reviewed"]
    found += ["objects>", "objects:0", "predictions>", "predictions:0", "score<", "unsure>"]
    found += [
        "flag:yes",
        "flag:no",
        "missing:yes",
        "held:yes",
        "predicted:no",
        "name:",
        "width>",
        "height>",
    ]
    found += [f"joint:{_quoted(name)}<" for name in vocabulary.joints]
    orders: Iterable[str] = (order.value for order in Order)
    return found + [f"sort:{sign}{name}" for name in orders for sign in ("", "-")]


def _head(completion: str) -> str:
    name, colon, _ = completion.partition(":")
    return name + colon


def _quoted(name: str) -> str:
    return f'"{name}"' if re.search(r'[\s,<>"]', name) else name
