"""The exact diff of two contents: told changes replayed on the old give the new."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bimtek import diff
from tests.bimtek.replaying import replayed

values = st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.floats(0, 1), st.text("abS1 ", max_size=4))
fields = st.dictionaries(st.sampled_from(["text", "weight", "opd_id", "version"]), values)
ids = st.sampled_from([f"id-{n}" for n in range(8)])


@st.composite
def contents(draw: Any) -> dict[str, Any]:
    kinds = draw(st.dictionaries(st.sampled_from(["swotitem", "programme"]), st.dictionaries(ids, fields, max_size=6)))
    rows = {
        kind: sorted(
            ({"id": key, "position": draw(st.integers(0, 3)), **row} for key, row in found.items()),
            key=lambda row: (row["position"], row["id"]),
        )
        for kind, found in kinds.items()
    }
    return {"plan": draw(fields), "rows": rows}


def filled(content: dict[str, Any]) -> dict[str, Any]:
    return {"plan": content["plan"], "rows": {kind: rows for kind, rows in content["rows"].items() if rows}}


@settings(max_examples=300, deadline=None)
@given(contents(), contents())
def test_replaying_the_told_changes_on_the_old_gives_the_new(old, new):
    assert repr(filled(replayed(old, diff.changes(old, new)))) == repr(filled(canonical(new, old)))


def canonical(new: dict[str, Any], old: dict[str, Any]) -> dict[str, Any]:
    """The same content with keys in the order that replaying leaves; values and types are untouched."""
    told = replayed(old, diff.changes(old, new))
    plan = {name: new["plan"][name] for name in told["plan"]}
    assert plan.keys() == new["plan"].keys()
    rows = {}
    for kind, found in told["rows"].items():
        wanted = {row["id"]: row for row in new["rows"].get(kind, ())}
        assert [row["id"] for row in found] == [row["id"] for row in new["rows"].get(kind, ())]
        rows[kind] = [{name: wanted[row["id"]][name] for name in row} for row in found]
        assert all(row.keys() == wanted[row["id"]].keys() for row in found)
    return {"plan": plan, "rows": rows}


@settings(max_examples=100, deadline=None)
@given(contents())
def test_a_content_does_not_differ_from_itself(content):
    assert list(diff.changes(content, content)) == []


@settings(max_examples=100, deadline=None)
@given(contents(), contents())
def test_every_told_change_differs_and_names_a_row_once(old, new):
    told = list(diff.changes(old, new))
    assert len({(change.kind, change.id) for change in told}) == len(told)
    assert all(repr(change.before) != repr(change.after) for change in told)


def test_the_order_of_rows_alone_matters_to_nobody():
    old = {"plan": {}, "rows": {"swotitem": [{"id": "1", "position": 1, "version": 1, "text": "a"}]}}
    new = {"plan": {}, "rows": {"swotitem": [{"id": "1", "position": 2, "version": 3, "text": "a"}]}}
    assert [change.matters for change in diff.changes(old, new)] == [False]


@pytest.mark.parametrize(
    ("old", "new", "deed", "before", "after"),
    [
        ([], [{"id": "1", "text": "a"}], "added", {}, {"id": "1", "text": "a"}),
        ([{"id": "1", "text": "a"}], [], "removed", {"id": "1", "text": "a"}, {}),
        (
            [{"id": "1", "text": "a", "n": 1}],
            [{"id": "1", "text": "b", "n": 1}],
            "changed",
            {"text": "a"},
            {"text": "b"},
        ),
    ],
)
def test_each_kind_of_change(old, new, deed, before, after):
    (change,) = diff.changes({"rows": {"swotitem": old}}, {"rows": {"swotitem": new}})
    assert (change.kind, change.id, change.deed, change.before, change.after) == ("swotitem", "1", deed, before, after)


def test_changes_come_one_at_a_time():
    old = {"rows": {"swotitem": [{"id": str(n)} for n in range(10_000)]}}
    assert next(diff.changes(old, {"rows": {}})).deed == "removed"
