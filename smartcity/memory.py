"""How processes that live long look for garbage."""

import gc

NEW, YOUNG, OLD = 50_000, 50, 100
"""Objects more than before until the young ones are looked through, and how often that is done before all are."""


def settle() -> None:
    """What is loaded stays: it is never looked through again. Called once, when a web or worker process has loaded everything.

    A plan's content is a hundred thousand small objects. With Python's own measure of 700 new ones, composing and hashing it had
    all that lives in the process looked through several times, which took as long as the composing.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW, YOUNG, OLD)
