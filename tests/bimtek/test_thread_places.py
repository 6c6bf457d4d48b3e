"""Places finer or wider than a row: a target's cell, a cell of the grid, what hangs on a row, and rows that are gone."""

import pytest

from bimtek import anchors, threads, workflow, writing
from bimtek.anchors import Anchor
from bimtek.models import Indicator, IndicatorTarget, Stage
from tests.bimtek.rows import access, make_full_programme, make_programme
from tests.bimtek.test_threads import BASE, Kind, State, begin

pytestmark = pytest.mark.django_db


@pytest.fixture
def indicator(plan, kominfo):
    return Indicator.objects.get(programme=make_full_programme(plan, opd=kominfo))


def target(indicator, year):
    return Anchor(Stage.PROGRAM, "indikator", indicator, f"target_{year}")


def test_one_years_target_is_a_cell_that_other_years_do_not_touch(plan, writer, consultant, indicator):
    who, cell = access(writer, plan), indicator.targets.get()
    asked = {year: begin(plan, consultant, anchor=target(indicator, year), kind=Kind.WRONG) for year in (2023, 2024)}
    assert anchors.place_name(plan, asked[2023]) == "Tahap II · Indikator dan target tahunan · Target 2023"

    def met():
        return {year for year, thread in asked.items() if thread.pk in anchors.touched(plan, asked.values())}

    indicator.name = "Nama baru"
    writing.change(indicator, access=who, version=1)
    assert met() == set()
    cell.value = 60
    writing.change(cell, access=who, version=1)
    assert met() == {2023}
    cell.value = 50
    writing.change(cell, access=who, version=2)
    assert met() == set()
    added = writing.add(writing.new(IndicatorTarget, plan, indicator=indicator, year=2024, value=70), access=who)
    assert met() == {2024}
    writing.remove(cell, access=who, version=3)
    assert met() == {2023, 2024}
    writing.remove(added, access=who, version=1)
    assert met() == {2023}


@pytest.mark.parametrize(
    ("cell", "section", "field"),
    [("rp_2022_apbd", "anggaran", "amount"), ("rp_2023_apbd", "program", ""), ("rp_x_y", "program", ""), ("name", "program", "name")],
)  # fmt: skip
def test_a_cell_of_the_grid_leads_to_the_row_that_holds_it(
    plan, consultant, client_of, indicator, cell, section, field
):
    programme = indicator.programme
    place = {"tahap": 2, "bagian": "program", "baris": programme.pk, "isian": cell}
    anchor = client_of(consultant).get(f"{BASE}baru/", place).context["anchor"]
    row = programme.budget_lines.get() if section == "anggaran" else programme
    assert (anchor.section, anchor.row, anchor.field) == (section, row, field)


def test_beside_a_programme_stand_the_threads_about_what_hangs_on_it(plan, writer, consultant, client_of, indicator):
    begin(plan, consultant, "Satuannya?", anchor=target(indicator, 2023))
    other = make_programme(plan, code="SG-1.02")
    closed = begin(plan, consultant, "Sudah", anchor=Anchor(Stage.PROGRAM, "program", other))
    threads.move(closed, State.DONE, access=access(writer, plan))
    client, base = client_of(writer), "/daerah/kota-batam/2022/tahap/2/program/"
    for path in (base, f"{base}{indicator.programme_id}/"):
        assert "Satuannya?" in client.get(path).content.decode()
    assert "Satuannya?" not in client.get(f"{base}{other.pk}/").content.decode()
    said = {entry["row"].pk: entry["said"] for entry in client.get(base).context["rows"]}
    assert said == {indicator.programme_id: 1, other.pk: 0}
    child = client.get(f"{base}{indicator.programme_id}/").context["children"][1]
    assert [entry["said"] for entry in child["rows"]] == [1]
    alone = client.get(BASE, {"baris": str(indicator.pk)}).content.decode()
    assert "Satuannya?" in alone
    assert "Satuannya?" not in client.get(BASE, {"baris": str(other.pk)}).content.decode()
    assert client.get(BASE, {"baris": "x"}).status_code == 200


def test_from_what_was_submitted_a_reviewer_comments_on_an_indicator_and_hears_of_rows_that_are_gone(
    plan, writer, head, consultant, client_of, indicator
):
    plan.submission_set.filter(stage=1).update(status="accepted")
    gone = make_programme(plan, code="SG-1.02")
    workflow.submit(plan.submission_set.get(stage=2), access=access(head, plan), gaps=["x"], reason="y")
    begin(plan, consultant, anchor=target(indicator, 2023))
    state = workflow.newest(plan.submission_set.get(stage=2))
    client = client_of(consultant)
    text = client.get(f"/daerah/kota-batam/2022/tahap/2/potret/{state.pk}/?bagian=program").content.decode()
    assert f"komentar/baru/?tahap=2&amp;bagian=indikator&amp;baris={indicator.pk}" in text
    assert f'komentar/?baris={indicator.pk}" aria-label="1 komentar terbuka' in text

    writing.remove(gone, access=access(writer, plan), version=1)
    place = {"tahap": 2, "bagian": "program", "baris": gone.pk}
    answer = client.get(f"{BASE}baru/", place, follow=True)
    assert "Daerah sudah menghapus baris ini" in answer.content.decode()
    assert answer.context["anchor"].section == "program"
    assert client_of(writer).get(f"{BASE}baru/", {**place, "baris": plan.pk}).status_code == 404
