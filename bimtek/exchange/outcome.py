"""What a passage over a workbook found and did, as plain values that fit into JSON."""

from dataclasses import asdict, dataclass, field
from typing import Any

NEW, CHANGED, REMOVED, CONFLICT = "new", "changed", "removed", "conflict"
SKIP, TAKE, REST = "skip", "take", "rest"
"""What was decided about an item: nothing happens; all of it; or only the cells that nobody else changed."""


@dataclass
class Fault:
    """One cell that is not as it should be, with what was expected."""

    at: str
    title: str
    text: str


@dataclass
class Cell:
    at: str
    title: str
    before: str
    after: str
    theirs: str | None = None
    """What somebody else wrote there meanwhile."""


@dataclass
class Item:
    """What a workbook means for one row."""

    id: str
    kind: str
    section: str
    page: str
    number: int
    label: str
    cells: list[Cell] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    hangs: int = 0
    """Rows that go with a removed one."""


@dataclass
class Outcome:
    items: list[Item] = field(default_factory=list)
    unchanged: int = 0
    acts: list[str] = field(default_factory=list)
    written: int = 0
    sections: list[str] = field(default_factory=list)
    given: dict[str, str] = field(default_factory=dict)
    """A new row's id → the code or number that it is given because it says none."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
