"""Differences as people count them: any script of edits, replayed, gives the new state; what nobody touched is not listed."""

import copy
import json
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bimtek import diff, revisions, snapshots
from bimtek.diff import SILENT
from bimtek.models import Answer, Stage
from tests.bimtek.replaying import replayed
from tests.bimtek.rows import make_full_programme, make_item, make_programme, make_row
from tests.bimtek.test_diff import canonical, filled

Content = dict[str, Any]
PARENTS = {"budgetline": ("programme", "programme_id"), "indicator": ("programme", "programme_id"), "indicatortarget": ("indicator", "indicator_id")}  # fmt: skip


@cache
def start() -> str:
    """A plan with six programmes, each with money, an indicator and its target; SWOT items and answers."""
    rows: dict[str, list[dict[str, Any]]] = {
        kind: [] for kind in ("answer", "budgetline", "indicator", "indicatortarget", "programme", "swotitem")
    }
    for n in range(1, 7):
        rows["programme"].append(
            {
                "id": f"p{n}",
                "version": 1,
                "position": n,
                "code": f"SG-1.0{n}",
                "name": f"Program {n}",
                "sub_dimension": "SG-1",
            }
        )
        rows["budgetline"].append(
            {
                "id": f"b{n}",
                "version": 1,
                "position": n,
                "programme_id": f"p{n}",
                "year": 2022,
                "source": "apbd",
                "amount": n * 1000,
            }
        )
        rows["indicator"].append(
            {"id": f"i{n}", "version": 1, "position": n, "programme_id": f"p{n}", "name": f"Indikator {n}"}
        )
        rows["indicatortarget"].append(
            {"id": f"t{n}", "version": 1, "position": n, "indicator_id": f"i{n}", "year": 2023, "value": "50.00"}
        )
        rows["swotitem"].append(
            {"id": f"s{n}", "version": 1, "position": n, "quadrant": "S", "number": n, "text": f"Butir {n}"}
        )
        rows["answer"].append(
            {
                "id": f"a{n}",
                "version": 1,
                "position": n,
                "key": ["latar-belakang", "rpjmd-visi"][n % 2],
                "text": f"<p>{n}</p>",
            }
        )
    return json.dumps({"plan": {"framework": "kominfo-2017", "title": "Masterplan"}, "rows": rows})


kinds = st.sampled_from(["programme", "budgetline", "indicator", "indicatortarget", "swotitem", "answer"])
edits = st.tuples(
    st.sampled_from(["change", "add", "remove", "move", "title"]), kinds, st.integers(0, 9), st.text("abc ", max_size=5)
)
scripts = st.lists(edits, max_size=14)
FREE = {
    "programme": "name",
    "budgetline": "source",
    "indicator": "name",
    "indicatortarget": "value",
    "swotitem": "text",
    "answer": "text",
}


def applied(script: list[Any]) -> Content:
    """The start after a script of edits; removing a row removes what hangs on it, as the product does."""
    content = json.loads(start())
    for number, (deed, kind, which, text) in enumerate(script):
        rows = content["rows"][kind]
        if deed == "title":
            content["plan"]["title"] = text
        elif deed == "add":
            row = copy.deepcopy(rows[which % len(rows)]) if rows else {"position": 0}
            rows.append({**row, "id": f"{kind[0]}-new-{number}", "position": which, FREE[kind]: text})
        elif rows and deed == "change":
            row = rows[which % len(rows)]
            row[FREE[kind]], row["version"] = text, row["version"] + 1
        elif rows and deed == "move":
            rows[which % len(rows)]["position"] = number * 3 % 10
        elif rows:
            _remove(content, kind, rows[which % len(rows)]["id"])
    for rows in content["rows"].values():
        rows.sort(key=lambda row: (row["position"], row["id"]))
    return content


def _remove(content: Content, kind: str, key: str) -> None:
    content["rows"][kind] = [row for row in content["rows"][kind] if row["id"] != key]
    for child, (parent, pointer) in PARENTS.items():
        if parent == kind:
            for row in [row for row in content["rows"][child] if row.get(pointer) == key]:
                _remove(content, child, row["id"])


@settings(max_examples=300, deadline=None)
@given(scripts)
def test_any_script_of_edits_replayed_on_the_old_snapshot_gives_the_new_one(script):
    old, new = json.loads(start()), applied(script)
    told = list(diff.changes(old, new))
    assert repr(filled(replayed(old, told))) == repr(filled(canonical(new, old)))


def without_silence(content: Content) -> Content:
    return {
        kind: {row["id"]: {k: v for k, v in row.items() if k not in SILENT} for row in rows}
        for kind, rows in content["rows"].items()
        if rows
    }


@settings(max_examples=300, deadline=None)
@given(scripts)
def test_the_listed_items_hold_every_change_that_people_can_read_and_no_other(script):
    old, new = json.loads(start()), applied(script)
    listed = revisions.items(old, new)
    result = replayed(old, [change for item in listed for change in item.changes])
    assert without_silence(result) == without_silence(new)
    assert result["plan"] == new["plan"]
    assert len({(item.kind, item.id) for item in listed}) == len(listed)
    untouched = [item for item in listed if not item.moved and not any(change.matters for change in item.changes)]
    assert untouched == []


@settings(max_examples=300, deadline=None)
@given(scripts)
def test_rows_that_did_not_move_keep_their_order(script):
    old, new = json.loads(start()), applied(script)
    gone = diff.moved(old, new)
    for kind in old["rows"]:
        both = {row["id"] for row in old["rows"][kind]} & {row["id"] for row in new["rows"][kind]}
        stayed = both - gone.get(kind, set())
        orders = [[row["id"] for row in side["rows"][kind] if row["id"] in stayed] for side in (old, new)]
        assert orders[0] == orders[1]


def test_an_untouched_plan_lists_nothing():
    assert revisions.items(json.loads(start()), json.loads(start())) == []
    assert list(diff.changes(json.loads(start()), json.loads(start()))) == []


def test_one_row_moved_to_the_front_is_one_moved_item():
    new = json.loads(start())
    new["rows"]["swotitem"][5]["position"] = 0
    new["rows"]["swotitem"].sort(key=lambda row: row["position"])
    (item,) = revisions.items(json.loads(start()), new)
    assert (item.kind, item.id, item.deed, item.moved) == ("swotitem", "s6", diff.MOVED, True)


def test_everything_that_hangs_on_a_programme_is_one_item():
    script = [
        ("change", "budgetline", 2, "apbn"),
        ("change", "indicatortarget", 2, "9"),
        ("change", "programme", 2, "x"),
        ("remove", "indicator", 4, ""),
    ]
    found = revisions.items(json.loads(start()), applied(script))
    assert [(item.kind, item.id, item.deed, len(item.changes)) for item in found] == [
        ("programme", "p3", "changed", 3),
        ("programme", "p5", "changed", 2),
    ]


def test_a_programme_that_went_takes_its_own_with_it_as_one_item():
    (item,) = revisions.items(json.loads(start()), applied([("remove", "programme", 0, "")]))
    assert (item.deed, len(item.changes), item.row["name"]) == ("removed", 4, "Program 1")


def test_items_are_counted_for_their_own_stage():
    script = [
        ("change", "swotitem", 0, "x"),
        ("change", "programme", 0, "x"),
        ("change", "answer", 0, "x"),
        ("title", "programme", 0, "x"),
    ]
    old, new = json.loads(start()), applied(script)
    assert len(revisions.items(old, new)) == 4
    assert [revisions.count(old, new, stage) for stage in Stage] == [2, 1, 1, 0]


@pytest.mark.django_db
def test_the_owners_are_the_rows_that_the_database_hangs_them_on(plan):
    """OWNERS is written by hand; the models say the same."""
    models = {model._meta.model_name: model for model in snapshots.row_models()}
    for kind, (parent, pointer) in revisions.OWNERS.items():
        field = next(f for f in models[kind]._meta.concrete_fields if f.attname == pointer)
        assert field.related_model is models[parent]
    hanging = {
        name
        for name, model in models.items()
        if any(
            f.is_relation and f.remote_field.on_delete.__name__ == "CASCADE" and f.name != "plan"
            for f in model._meta.concrete_fields
        )
    }
    assert hanging == set(revisions.OWNERS)


@pytest.mark.django_db
def test_real_rows_are_told_as_one_item_each(plan, kominfo):
    full, item = make_full_programme(plan, kominfo), make_item(plan)
    make_row(Answer, plan, key="latar-belakang", text="<p>Lama</p>")
    old = snapshots.content_of(plan)
    assert revisions.items(old, snapshots.content_of(plan)) == []
    full.budget_lines.update(amount=5)
    item.text = "Baru"
    item.save()
    make_programme(plan, "SG-1.09")
    assert {(found.kind, found.deed) for found in revisions.items(old, snapshots.content_of(plan))} == {
        ("programme", "changed"), ("programme", "added"), ("swotitem", "changed"),
    }  # fmt: skip
