"""Codes that people number by hand: 'SG-1.09' is followed by 'SG-1.10'."""

import re
from collections.abc import Collection, Container

LAST_FIGURES = re.compile(r"(.*?)(\d+)", re.ASCII)
LONGEST = 20


def first(sub_dimension: str) -> str:
    """The code from which the programmes of a sub-dimension are counted."""
    return f"{sub_dimension}.01"


def next_number(taken: Collection[int]) -> int:
    """The first number from 1 on that is free."""
    return next(number for number in range(1, len(taken) + 2) if number not in taken)


def next_free(code: str, taken: Container[str]) -> str:
    """The code itself counted on until it is free; one without figures gets some.

    >>> next_free("SG-1.09", {"SG-1.09"})
    'SG-1.10'
    """
    match = LAST_FIGURES.fullmatch(code)
    start, figures = (match[1], match[2]) if match else (f"{code}-", "1")
    at = int(figures)
    while (found := f"{start}{at:0{len(figures)}}") in taken:
        at += 1
    return found[:LONGEST]
