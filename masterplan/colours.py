"""A region's own colour on its covers: only what can be read in print and by people who see colours otherwise."""

import re

from regions import places

HEX = re.compile(r"#[0-9a-f]{6}")
DEFAULT = "#0b4f5a"


def accent(colour: str) -> str:
    """The region's colour where white can be read on it; the product's where it cannot, or where there is none."""
    return colour if HEX.fullmatch(colour) and places.contrast_with_white(colour) >= places.MIN_CONTRAST else DEFAULT


def mixed(colour: str, other: str, share: float) -> str:
    """`share` of the other colour in this one: a tint or a shade without transparency, which archives refuse."""
    parts = ((int(colour[place : place + 2], 16), int(other[place : place + 2], 16)) for place in (1, 3, 5))
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in parts)
