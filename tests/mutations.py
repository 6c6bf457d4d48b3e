"""Takes one lock off at a time in a copy of the checkout, and expects the access walk to turn red: `make mutants`.

`python -m tests.mutations [WORD…]` runs those whose name holds one of the words. A mutant whose old text is not in the
file any more, or that stays green, fails the run. Each is judged by the tests that are there for its lock, on SQLite and
without migrations: what is asked is whether they see the hole, and that needs no server.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
WALK = ("tests/test_doors.py", "tests/test_conventions.py")
STRANGERS = ("tests/test_conventions.py::test_a_stranger_finds_nothing",)
ENDED = ("tests/test_conventions.py::test_an_ended_assignment_closes_every_door",)
IDS = ("tests/test_conventions.py::test_another_regions_ids_are_not_found_through_the_own_door",)
BODIES = ("tests/test_conventions.py::test_an_id_of_another_region_in_a_body_changes_nothing",)
WORDS = ("tests/test_doors.py::test_no_page_shows_a_word_of_another_region",)
FORMS = (*BODIES, "tests/test_doors.py::test_a_form_that_refuses_a_foreign_id_shows_nothing_of_it")
DOORS = ("tests/test_doors.py::test_every_door_is_opened_by_the_permission_written_here",)
OFFICES = ("tests/test_own_office.py",)
LINKS = ("tests/test_doors.py::test_every_link_between_rows_of_regions_is_held_to_one_region",)
RED, COLLECTED_NOTHING = 1, 5
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Mutant:
    """One lock taken off: `old` is replaced by `new` in `file`. `after` picks the place when `old` stands there more than once."""

    name: str
    file: str
    old: str
    new: str
    after: str = ""
    tests: tuple[str, ...] = WALK

    def applied(self, text: str) -> str:
        start = text.index(self.after) if self.after else 0
        place = text.index(self.old, start)
        return text[:place] + self.new + text[place + len(self.old) :]


FILL_DOOR = "@region_view(Permission.FILL, Permission.PACKET)\n"
MUTANTS = (
    # a door
    Mutant("door gone: row_delete", "bimtek/views/rows.py", f"@require_POST\n{FILL_DOOR}", "@require_POST\n", tests=DOORS),
    Mutant("door too wide: row_delete", "bimtek/views/rows.py", f"@require_POST\n{FILL_DOOR}", "@require_POST\n@region_view(Permission.VIEW)\n", tests=DOORS),
    Mutant("door gone: chart", "masterplan/views.py", "@region_view(Permission.VIEW_ALL)\ndef chart", "def chart", tests=DOORS),
    Mutant("everybody is of every region", "regions/access.py", 'region__slug=Given("slug", CharField()), ', "", tests=STRANGERS),
    Mutant("an ended assignment counts", "regions/access.py", 'Membership.objects.current(Given("today", DateField()))', "Membership.objects.all()", tests=ENDED),
    # a filter
    Mutant("any row", "bimtek/views/rows.py", "offices.visible(section.rows(place.plan), access), pk=pk", "section.model._default_manager.all(), pk=pk", tests=IDS),
    Mutant("any file", "bimtek/offices.py", "StoredFile.objects.filter(region=access.region)", "StoredFile.objects.all()", tests=IDS),
    Mutant("any book", "masterplan/views.py", "FinishedBook.objects.filter(book_print__plan=plan)", "FinishedBook.objects.all()", tests=IDS),
    Mutant("any print", "masterplan/views.py", "BookPrint.objects.filter(plan=plan).select_related", "BookPrint.objects.select_related", after="def print_of", tests=IDS),
    Mutant("any change brought back", "bimtek/views/history.py", "get_object_or_404(offices.changes(plan, request.access),", "get_object_or_404(Change,", tests=IDS),
    Mutant("any thread", "bimtek/threads.py", "plan.thread_set.filter(region=plan.region)", "Thread.objects.all()", tests=IDS),
    Mutant("private threads for all", "bimtek/threads.py", "found.filter(private=False)", "found", after="def visible", tests=("tests/bimtek/test_private_threads.py",)),
    Mutant("any snapshot", "bimtek/views/frozen.py", "plan.snapshot_set.filter(region=plan.region, stage=stage)", "Snapshot.objects.filter(stage=stage)", tests=IDS),
    Mutant("any session", "bimtek/views/sessions.py", "plan.session_set.filter(region=region), pk=session", "Session.objects.all(), pk=session", tests=IDS),
    Mutant("any session's papers", "masterplan/session_views.py", "plan_of(region, year).session_set.select_related", "Session.objects.select_related", tests=IDS),
    Mutant("participants of any session", "bimtek/views/attendance.py", "found.plan.session_set.filter(region=region), pk=wanted", "Session.objects.all(), pk=wanted", tests=FORMS),
    Mutant("any invitation", "regions/views/people.py", "get_object_or_404(region.invitation_set,", "get_object_or_404(Invitation,", tests=IDS),
    Mutant("any office", "regions/views/places.py", "get_object_or_404(region.opd_set,", "get_object_or_404(Opd,", tests=IDS),
    Mutant("the list shows all rows", "bimtek/views/history.py", "offices.changes(plan, request.access).select_related", "Change.objects.select_related", tests=WORDS),
    # another office's rows
    Mutant("rows of all offices", "bimtek/offices.py", "own if access.is_guest else own | Q", "Q() if access.is_guest else Q() | Q", tests=OFFICES),
    Mutant("the log of all offices", "bimtek/offices.py", "return found.filter(shown | gone)", "return found", tests=OFFICES),
    Mutant("threads of all offices", "bimtek/threads.py", "found if offices.sees_all(access) else found.filter(_of_own_office(plan, access))", "found", tests=OFFICES),
    Mutant("autosave of all offices", "bimtek/views/autosave.py", 'offices.visible(model._default_manager.select_related("plan"), access)', 'model._default_manager.select_related("plan")', tests=OFFICES),
    Mutant("packets of all offices", "bimtek/views/packets.py", "rows if offices.sees_all(access) else rows.filter(opd__in=access.opd_ids)", "rows", tests=OFFICES),
    Mutant("workbooks of all offices", "bimtek/exchange/sheets.py", "return not offices.sees_all(access)", "return False", tests=OFFICES),
    # a narrowed field
    Mutant("offices of all regions to choose", "bimtek/forms/rows.py", "listed = self.plan.region.opd_set.filter(active=True)", "listed = Opd.objects.filter(active=True)", tests=FORMS),
    Mutant("rows of all plans to choose", "bimtek/forms/rows.py", "model._default_manager.filter(plan=self.plan, region=self.plan.region)", "model._default_manager.all()", tests=("tests/bimtek/test_row_forms.py",)),
    Mutant("offices of all regions to invite for", "regions/forms.py", "return region.opd_set.filter(active=True)", "return Opd.objects.filter(active=True)", tests=FORMS),
    # the database
    Mutant("no composite key", "bimtek/models/programme.py", 'SameRegion("opd", name="programme_opd_region"),', "", tests=LINKS),
)  # fmt: skip


def judged(mutant: Mutant) -> list[str]:
    """The tests that the mutant turns red; empty when it lives."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        copy = Path(folder) / "house"
        shutil.copytree(HOUSE, copy, ignore=shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache"))
        target = copy / mutant.file
        target.write_text(mutant.applied(target.read_text()))
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "--db=sqlite", "--nomigrations", "-p", "no:cacheprovider", *mutant.tests],
            cwd=copy, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
    if done.returncode not in (0, RED):
        raise SystemExit(
            f"{mutant.name}: the walk did not run ({done.returncode})\n{done.stdout[-3000:]}{done.stderr[-2000:]}"
        )
    return FAILED.findall(done.stdout) if done.returncode == RED else []


def main(words: list[str], judge: Callable[[Mutant], list[str]] = judged) -> int:
    chosen = [mutant for mutant in MUTANTS if not words or any(word in mutant.name for word in words)]
    lived = []
    for mutant in chosen:
        began = time.monotonic()
        red = judge(mutant)
        print(
            f"{'red  ' if red else 'GREEN'} {time.monotonic() - began:5.0f} s  {mutant.name}: {', '.join(red)}",
            flush=True,
        )
        lived += [] if red else [mutant.name]
    print(f"{len(chosen) - len(lived)} of {len(chosen)} mutants turned the walk red")
    return 0 if chosen and not lived else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
