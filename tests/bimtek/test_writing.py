import threading
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bimtek import writing
from bimtek.models import (
    Answer,
    BudgetLine,
    Change,
    Gap,
    Indicator,
    IndicatorTarget,
    MissionItem,
    Objective,
    ProfileFact,
    Programme,
    QuickWin,
    ReadinessRow,
    Status,
    StrategyItem,
    SwotItem,
)
from regions.access import Role
from tests.bimtek.rows import access, make_full_programme, make_item, make_programme, make_row, make_strategy
from tests.factories import make_member, make_plan

pytestmark = pytest.mark.django_db


def refused_code(caught) -> str:
    return getattr(caught.value, "code", "")


# --- adding --------------------------------------------------------------------------------------------------------


def test_add_puts_the_row_last_and_logs_its_birth(plan, writer):
    who = access(writer, plan)
    first = writing.add(writing.new(ProfileFact, plan, group="Geografi", label="Luas", value="1.034"), access=who)
    second = writing.add(writing.new(ProfileFact, plan, group="Geografi", label="Pulau", value="371"), access=who)

    assert (first.position, second.position) == (1, 2)
    birth = plan.change_set.get(row_id=second.pk)
    assert (birth.deed, birth.kind, birth.label, birth.before, birth.by) == (
        "created",
        "profilefact",
        "Pulau",
        None,
        writer,
    )
    assert birth.after == {
        "position": 2, "group": "Geografi", "label": "Pulau", "value": "371", "unit": "", "year": None, "source": "",
    }  # fmt: skip


def test_sending_a_row_twice_makes_one_row_and_one_change(plan, writer):
    who, pk = access(writer, plan), uuid4()
    for _ in range(2):
        writing.add(writing.new(ProfileFact, plan, pk=pk, group="Geografi", label="Luas", value="1"), access=who)

    assert plan.profilefact_set.count() == 1
    assert plan.change_set.count() == 1


def test_the_same_id_with_other_content_is_refused_with_both_texts(plan, writer):
    who, pk = access(writer, plan), uuid4()
    writing.add(writing.new(ProfileFact, plan, pk=pk, group="Geografi", label="Luas", value="1"), access=who)

    with pytest.raises(ValidationError) as caught:
        writing.add(writing.new(ProfileFact, plan, pk=pk, group="Geografi", label="Luas", value="2"), access=who)

    assert refused_code(caught) == "stale"
    assert (caught.value.params["theirs"]["value"], caught.value.params["mine"]["value"]) == ("1", "2")
    assert plan.profilefact_set.get().value == "1"


def test_add_many_logs_each_row_as_one_act(plan, writer):
    rows = [writing.new(ProfileFact, plan, group="Geografi", label=f"Data {n}", value="1") for n in range(3)]
    writing.add_many(rows, access=access(writer, plan))

    assert [row.label for row in plan.profilefact_set.order_by("position")] == ["Data 0", "Data 1", "Data 2"]
    assert plan.change_set.values("act").distinct().count() == 1
    assert plan.change_set.count() == 3


def test_add_many_asks_no_more_for_thirty_rows_than_for_three(plan, writer):
    programme, who, asked = make_programme(plan), access(writer, plan), []
    for source, amount in ((BudgetLine.Source.APBD, 3), (BudgetLine.Source.APBN, 30)):
        rows = [
            writing.new(BudgetLine, plan, programme=programme, year=2001 + n, source=source, amount=n)
            for n in range(amount)
        ]
        with CaptureQueriesContext(connection) as queries:
            writing.add_many(rows, access=who)
        asked.append(len(queries))

    assert asked[0] == asked[1]


def test_a_code_already_used_is_refused_with_a_sentence(plan, writer):
    make_programme(plan)
    with pytest.raises(ValidationError, match="Kode program ini sudah dipakai"):
        writing.add(
            writing.new(Programme, plan, code="SG-1.01", sub_dimension="SG-1", name="Lain"), access=access(writer, plan)
        )


# --- changing ------------------------------------------------------------------------------------------------------


def test_change_logs_exactly_what_was_and_what_is(plan, writer):
    fact = make_row(ProfileFact, plan, group="Geografi", label="Luas", value="1")
    fact.value = "2"
    writing.change(fact, access=access(writer, plan), version=1)

    entry = plan.change_set.get()
    assert {k: (entry.before[k], entry.after[k]) for k in entry.after if entry.before[k] != entry.after[k]} == {
        "value": ("1", "2")
    }
    assert ProfileFact.objects.get().version == 2


def test_a_stale_change_is_refused_with_both_texts_and_leaves_the_row(plan, writer, head):
    fact = make_row(ProfileFact, plan, group="Geografi", label="Luas", value="1")
    theirs = ProfileFact.objects.get()
    theirs.value = "dari kepala dinas"
    writing.change(theirs, access=access(head, plan), version=1)

    fact.value = "dari admin"
    with pytest.raises(ValidationError, match=f"sudah diubah oleh {head}") as caught:
        writing.change(fact, access=access(writer, plan), version=1)

    assert refused_code(caught) == "stale"
    assert caught.value.params["theirs"]["value"] == "dari kepala dinas"
    assert caught.value.params["mine"]["value"] == "dari admin"
    assert caught.value.params["version"] == 2
    assert ProfileFact.objects.get().value == "dari kepala dinas"
    assert plan.change_set.count() == 1


def test_saving_without_a_difference_raises_no_version_and_logs_nothing(plan, writer):
    fact = make_row(ProfileFact, plan, group="Geografi", label="Luas", value="1")
    writing.change(fact, access=access(writer, plan), version=1)

    assert ProfileFact.objects.get().version == 1
    assert not plan.change_set.exists()


def test_an_invalid_change_leaves_row_and_version(plan, writer):
    line = make_row(BudgetLine, plan, programme=make_programme(plan), year=2022, source="apbd", amount=5)
    line.amount = -1
    with pytest.raises(ValidationError) as caught:
        writing.change(line, access=access(writer, plan), version=1)

    assert "amount" in caught.value.error_dict
    assert (BudgetLine.objects.get().amount, BudgetLine.objects.get().version) == (5, 1)


def test_a_deleted_row_cannot_be_changed(plan, writer):
    fact = make_row(ProfileFact, plan, group="Geografi", label="Luas", value="1")
    ProfileFact.objects.all().delete()
    with pytest.raises(ValidationError, match="sudah dihapus") as caught:
        writing.change(fact, access=access(writer, plan), version=1)
    assert refused_code(caught) == "gone"


def test_links_are_logged_with_their_row(plan, writer):
    who, s1, s2 = access(writer, plan), make_item(plan), make_item(plan, number=2)
    strategy = make_strategy(plan, who, s1)
    writing.change(strategy, access=who, version=1, links={"items": [s1, s2]})

    last = plan.change_set.filter(kind="strategy").first()
    assert (last.before["items"], last.after["items"]) == ([str(s1.pk)], sorted([str(s1.pk), str(s2.pk)]))


def test_a_link_to_another_plan_is_refused(plan, writer, stranger_region):
    foreign = make_item(stranger_region.plan_set.get())
    with pytest.raises(ValidationError, match="bukan milik rencana Anda"):
        make_strategy(plan, access(writer, plan), foreign)
    assert not StrategyItem.objects.exists()


# --- who, and when -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.ACCEPTED])
def test_a_closed_stage_refuses_every_verb(region, writer, status):
    plan = make_plan(region, status=status)
    fact, who = make_row(ProfileFact, plan, group="Geografi", label="Luas", value="1"), access(writer, plan)

    def add():
        writing.add(writing.new(ProfileFact, plan, group="G", label="L", value="1"), access=who)

    def change():
        fact.value = "2"
        writing.change(fact, access=who, version=1)

    def answer():
        writing.save_answer(plan, "rpjmd-visi", "Baru", access=who, version=0)

    for verb in (add, change, answer, lambda: writing.remove(fact, access=who, version=1)):
        with pytest.raises(ValidationError, match="tidak dapat diubah") as caught:
            verb()
        assert refused_code(caught) == "closed"
    assert [f.value for f in plan.profilefact_set.all()] == ["1"]
    assert not plan.answer_set.exists()
    assert not plan.change_set.exists()


def test_a_programme_stays_open_while_one_of_its_stages_is(region, writer):
    plan = make_plan(region, status=Status.ACCEPTED)
    plan.submission_set.filter(stage=3).update(status=Status.RETURNED)
    programme = make_programme(plan)
    programme.name = "Baru"
    writing.change(programme, access=access(writer, plan), version=1)
    assert Programme.objects.get().name == "Baru"


def test_an_operator_writes_only_rows_of_the_own_office(plan, operator, health, kominfo):
    who = access(operator, plan)
    own = writing.add(writing.new(Gap, plan, sub_dimension="SG-1", present="Manual", opd=health), access=who)
    foreign = make_row(Gap, plan, sub_dimension="SG-1", present="Daring", opd=kominfo)
    shared = make_row(Gap, plan, sub_dimension="SG-1", present="Bersama")

    for row in (foreign, shared):
        row.present = "Diubah"
        with pytest.raises(PermissionDenied):
            writing.change(row, access=who, version=1)
        with pytest.raises(PermissionDenied):
            writing.remove(row, access=who, version=1)
    own.present = "Setengah manual"
    writing.change(own, access=who, version=1)
    assert sorted(Gap.objects.values_list("present", flat=True)) == ["Bersama", "Daring", "Setengah manual"]


def test_an_operator_takes_no_row_by_changing_its_office(plan, operator, health, kominfo):
    who = access(operator, plan)
    foreign = make_row(Gap, plan, sub_dimension="SG-1", present="Daring", opd=kominfo)
    foreign.opd = health
    with pytest.raises(PermissionDenied):
        writing.change(foreign, access=who, version=1)

    own = make_row(Gap, plan, sub_dimension="SG-1", present="Manual", opd=health)
    own.opd = kominfo
    with pytest.raises(PermissionDenied):
        writing.change(own, access=who, version=1)
    assert Gap.objects.get(pk=foreign.pk).opd == kominfo
    assert Gap.objects.get(pk=own.pk).opd == health


def test_an_operator_takes_a_readiness_row_that_no_office_holds_but_does_not_delete_it(plan, operator, health, kominfo):
    who = access(operator, plan)
    free = make_row(ReadinessRow, plan, element="struktur", component="sdm", name="Jumlah perawat")
    held = make_row(ReadinessRow, plan, element="struktur", component="sdm", name="Jumlah ASN", opd=kominfo)

    for row in (free, held):
        with pytest.raises(PermissionDenied):
            writing.remove(row, access=who, version=1)
    free.opd, free.value = kominfo, "7"
    with pytest.raises(PermissionDenied):
        writing.change(free, access=who, version=1)
    held.opd = health
    with pytest.raises(PermissionDenied):
        writing.change(held, access=who, version=1)
    free.opd = health
    writing.change(free, access=who, version=1)
    assert ReadinessRow.objects.get(pk=free.pk).opd == health
    assert ReadinessRow.objects.get(pk=held.pk).opd == kominfo


def test_rows_under_a_programme_belong_to_its_office(plan, operator, kominfo, health):
    who = access(operator, plan)
    theirs, ours = make_programme(plan, opd=kominfo), make_programme(plan, "SG-1.02", opd=health)
    with pytest.raises(PermissionDenied):
        writing.add(writing.new(BudgetLine, plan, programme=theirs, year=2022, source="apbd", amount=1), access=who)
    writing.add(writing.new(BudgetLine, plan, programme=ours, year=2022, source="apbd", amount=1), access=who)
    indicator = make_row(Indicator, plan, programme=theirs, name="X")
    with pytest.raises(PermissionDenied):
        writing.add(writing.new(IndicatorTarget, plan, indicator=indicator, year=2022, value=Decimal(1)), access=who)


@pytest.mark.parametrize("role", [Role.BAPPEDA, Role.LEADER, Role.COUNCIL, Role.CONSULTANT])
def test_readers_write_nothing(plan, role):
    who = access(make_member(plan.region, role), plan)
    with pytest.raises(PermissionDenied):
        writing.add(writing.new(ProfileFact, plan, group="G", label="L", value="1"), access=who)


# --- answers -------------------------------------------------------------------------------------------------------


def test_save_answer_makes_then_changes_one_row(plan, writer):
    who = access(writer, plan)
    writing.save_answer(plan, "rpjmd-visi", "Bandar Dunia Madani", access=who, version=0)
    writing.save_answer(plan, "rpjmd-visi", "Batam madani", access=who, version=1)

    answer = plan.answer_set.get()
    assert (answer.text, answer.version) == ("Batam madani", 2)
    assert [c.deed for c in plan.change_set.order_by("id")] == ["created", "changed"]


def test_an_answer_given_by_somebody_else_meanwhile_is_refused_with_both_texts(plan, writer, head):
    writing.save_answer(plan, "rpjmd-visi", "Dari kepala dinas", access=access(head, plan), version=0)
    with pytest.raises(ValidationError) as caught:
        writing.save_answer(plan, "rpjmd-visi", "Dari admin", access=access(writer, plan), version=0)

    assert refused_code(caught) == "stale"
    assert caught.value.params["theirs"]["text"] == "Dari kepala dinas"
    assert plan.answer_set.get().text == "Dari kepala dinas"


# --- deleting and bringing back --------------------------------------------------------------------------------------


def everything(plan) -> dict:
    """All content rows but their versions."""
    from bimtek.snapshots import content_of

    rows = content_of(plan)["rows"]
    return {kind: [{k: v for k, v in row.items() if k != "version"} for row in found] for kind, found in rows.items()}


def test_a_deleted_programme_comes_back_whole_under_the_same_ids(plan, writer, health):
    who = access(writer, plan)
    item = make_item(plan)
    strategy = make_strategy(plan, who, item)
    programme = make_full_programme(plan, opd=health)
    programme.benefit = "Antre lebih singkat"
    writing.change(programme, access=who, version=1, links={"strategies": [strategy], "supporting": [health]})
    win = make_row(QuickWin, plan, dimension="SG", name="Antrean daring", programme=programme)
    before = everything(plan)

    deed = writing.remove(programme, access=who, version=2)

    assert not Programme.objects.exists()
    assert not BudgetLine.objects.exists()
    assert not IndicatorTarget.objects.exists()
    win.refresh_from_db()
    assert (win.programme, win.version) == (None, 2)
    freed = plan.change_set.get(kind="quickwin", deed="changed")
    assert (freed.before["programme_id"], freed.after["programme_id"], freed.act) == (str(programme.pk), None, deed.act)

    writing.restore(Change.objects.get(pk=deed.pk), access=who)

    assert everything(plan) == before
    assert Programme.objects.get().version > 2


def test_a_deleted_item_comes_back_into_the_strategies_that_cited_it(plan, writer):
    who, s1, s2 = access(writer, plan), make_item(plan), make_item(plan, number=2)
    strategy = make_strategy(plan, who, s1, s2)
    links = sorted(StrategyItem.objects.values_list("pk", flat=True))

    deed = writing.remove(s1, access=who, version=1)
    assert list(strategy.items.all()) == [s2]
    writing.restore(deed, access=who)

    assert sorted(StrategyItem.objects.values_list("pk", flat=True)) == links


def test_a_link_whose_other_end_is_gone_stays_away(plan, writer):
    who, s1 = access(writer, plan), make_item(plan)
    strategy = make_strategy(plan, who, s1)
    deed = writing.remove(strategy, access=who, version=1)
    writing.remove(s1, access=who, version=1)

    writing.restore(deed, access=who)

    assert list(plan.strategy_set.get().items.all()) == []


def test_a_row_that_points_elsewhere_by_now_keeps_its_choice(plan, writer):
    who = access(writer, plan)
    old = make_row(MissionItem, plan, kind="misi", number="1", text="Satu")
    new = make_row(MissionItem, plan, kind="misi", number="2", text="Dua")
    objective = make_row(Objective, plan, dimension="SG", number=1, text="Layanan", mission=old)
    deed = writing.remove(old, access=who, version=1)
    objective.refresh_from_db()
    objective.mission = new
    writing.change(objective, access=who, version=2)

    writing.restore(deed, access=who)

    objective.refresh_from_db()
    assert objective.mission == new


def test_restoring_twice_is_refused(plan, writer):
    who, item = access(writer, plan), make_item(plan)
    deed = writing.remove(item, access=who, version=1)
    writing.restore(deed, access=who)
    with pytest.raises(ValidationError, match="sudah ada lagi"):
        writing.restore(deed, access=who)


def test_a_child_is_not_restored_before_its_parent(plan, writer):
    who, programme = access(writer, plan), make_full_programme(plan)
    writing.remove(programme, access=who, version=1)
    child = plan.change_set.get(kind="budgetline", deed="deleted")
    with pytest.raises(ValidationError, match="Program dari baris ini sudah dihapus"):
        writing.restore(child, access=who)


def test_restoring_an_older_state_keeps_the_log_whole(plan, writer):
    who = access(writer, plan)
    fact = make_row(ProfileFact, plan, group="Geografi", label="Luas", value="1")
    fact.value = "2"
    writing.change(fact, access=who, version=1)
    writing.restore(plan.change_set.get(), access=who)

    assert (ProfileFact.objects.get().value, ProfileFact.objects.get().version) == ("1", 3)
    assert [c.deed for c in plan.change_set.order_by("id")] == ["changed", "restored"]


def test_an_operator_does_not_restore_rows_of_another_office(plan, writer, operator, kominfo):
    gap = make_row(Gap, plan, sub_dimension="SG-1", present="Daring", opd=kominfo)
    deed = writing.remove(gap, access=access(writer, plan), version=1)
    with pytest.raises(PermissionDenied):
        writing.restore(deed, access=access(operator, plan))
    assert not Gap.objects.exists()


def test_a_stale_deletion_is_refused(plan, writer):
    item = make_item(plan)
    SwotItem.objects.update(version=2)
    with pytest.raises(ValidationError) as caught:
        writing.remove(item, access=access(writer, plan), version=1)
    assert refused_code(caught) == "stale"
    assert SwotItem.objects.exists()


# --- the page ------------------------------------------------------------------------------------------------------


def test_history_shows_who_changed_what_and_brings_it_back(plan, writer, client_of):
    who = access(writer, plan)
    fact = make_row(ProfileFact, plan, group="Geografi", label="Luas wilayah", value="satu")
    fact.value = "dua"
    writing.change(fact, access=who, version=1)
    client, base = client_of(writer), f"/daerah/{plan.region.slug}/2022/riwayat/"

    page = client.get(base).content.decode()
    assert "Luas wilayah" in page
    assert "<del>satu</del>" in page
    assert "<ins>dua</ins>" in page

    client.post(f"{base}{plan.change_set.get().pk}/pulihkan/", {"kembali": base})
    assert ProfileFact.objects.get().value == "satu"


# --- at once -------------------------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_people_saving_at_once_lose_no_text(plan, writer):
    """Both saw version 1; one is saved, the other is refused, whichever came first."""
    fact, who = make_row(ProfileFact, plan, group="G", label="Luas", value="0"), access(writer, plan)
    gate, results = threading.Barrier(2), []

    def save(value: str) -> None:
        row = ProfileFact.objects.get(pk=fact.pk)
        row.value = value
        gate.wait(5)
        try:
            writing.change(row, access=who, version=1)
            results.append((value, "saved"))
        except ValidationError as refusal:
            results.append((value, refusal.code))
        finally:
            connection.close()

    people = [threading.Thread(target=save, args=(value,)) for value in ("a", "b")]
    [person.start() for person in people]
    [person.join(20) for person in people]

    assert sorted(outcome for _, outcome in results) == ["saved", "stale"]
    saved = next(value for value, outcome in results if outcome == "saved")
    assert (ProfileFact.objects.get().value, ProfileFact.objects.get().version) == (saved, 2)
    assert Answer.objects.count() == 0
