"""What the rounds of the benchmark of economy add up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from benchmarks.paired import difference, mean_height

_USUAL = "random"

Json = dict[str, Any]
Rounds = dict[tuple[int, str], list[Json]]


def summary(state: Mapping[str, Any]) -> Json:
    """Curves, areas and paired differences of the seeds that are complete.

    Areas are mean heights: average precision of masks, in points, over what was spent, up to where
    the cheaper of the two compared ways ends.
    """
    wanted = state["about"]["rounds"]
    rounds = {key: rows for key, rows in _by_run(state).items() if len(rows) == wanted}
    orders = sorted({order for _, order in rounds})
    return {
        "about": state["about"],
        "machine": state["machine"],
        "pool_by_hand_hours": round(state["pool_by_hand_s"] / 3600, 2),
        "whole_pool_share_of_by_hand": {
            name: [round(value / state["pool_by_hand_s"], 4) for value in values]
            for name, values in _whole(rounds).items()
        },
        "orders": {order: _told(rounds, order) for order in orders},
        "against_random": {order: _compared(rounds, order) for order in orders if order != _USUAL}
        if _USUAL in orders
        else {},
    }


def _by_run(state: Mapping[str, Any]) -> Rounds:
    found: Rounds = {}
    for name in sorted(state["rounds"], key=lambda one: int(one.split("/")[2])):
        seed, order, _ = name.split("/")
        found.setdefault((int(seed), order), []).append(state["rounds"][name])
    return found


def spent(rows: list[Json], way: str) -> list[float]:
    """Seconds of labelling before each round's training, and at the end of the whole pool."""
    total = rows[0]["first_s"][way]
    result = [total]
    for row in rows:
        total += row["work"][way]["seconds"]
        result.append(total)
    return result


def _curve(rows: list[Json], along: str) -> list[tuple[float, float]]:
    x = [row["images"] for row in rows] if along == "images" else spent(rows, along)
    return [(at, 100 * row.get("mask_AP", 0.0)) for at, row in zip(x, rows, strict=False)]


def _whole(rounds: Rounds) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for (_, order), rows in sorted(rounds.items()):
        if rows[-1]["work_on"] != "rest":  # only the curves were asked for
            continue
        for way in rows[0]["work"]:
            found.setdefault(f"{way}, {order}", []).append(spent(rows, way)[-1])
    return found


def _told(rounds: Rounds, order: str) -> list[Json]:
    """Each seed's rounds in short."""
    keys = ("images", "mask_AP", "mask_AP50", "box_AP", "rare_recall", "other_recall")
    result = []
    for (seed, own), rows in sorted(rounds.items()):
        if own == order:
            short = [{key: row.get(key) for key in keys} for row in rows]
            hours = {way: [round(s / 3600, 3) for s in spent(rows, way)] for way in rows[0]["work"]}
            result.append({"seed": seed, "rounds": short, "hours": hours})
    return result


def _compared(rounds: Rounds, order: str) -> Json:
    """One order against a random one, paired by seed."""
    seeds = sorted(s for s, own in rounds if own == order and (s, _USUAL) in rounds)
    result: Json = {"seeds": seeds}
    if not seeds or len(rounds[seeds[0], order]) < 2:
        return result
    ways = list(rounds[seeds[0], order][0]["work"])
    for along in ("images", *ways):
        pairs = [
            (_curve(rounds[seed, order], along), _curve(rounds[seed, _USUAL], along))
            for seed in seeds
        ]
        ends = [min(ours[-1][0], theirs[-1][0]) for ours, theirs in pairs]
        heights = [
            (mean_height(ours, end), mean_height(theirs, end))
            for (ours, theirs), end in zip(pairs, ends, strict=True)
        ]
        gain = difference([ours for ours, _ in heights], [theirs for _, theirs in heights])
        result[f"along {along}"] = {"areas": heights, "difference": asdict(gain)}
    for key in ("rare_recall", "other_recall"):
        values = [(rounds[s, order][-1][key], rounds[s, _USUAL][-1][key]) for s in seeds]
        if all(ours is not None and theirs is not None for ours, theirs in values):
            gain = difference([v for v, _ in values], [v for _, v in values])
            result[f"last {key}"] = {"values": values, "difference": asdict(gain)}
    return result
