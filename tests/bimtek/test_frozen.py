import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bimtek import snapshots, workflow, writing
from bimtek.frozen import Frozen
from bimtek.models import (
    Answer,
    Change,
    Gap,
    MissionItem,
    Objective,
    Programme,
    ReadinessRow,
    Signatory,
    Snapshot,
    Stage,
    Strategy,
    SwotItem,
)
from regions.models import Opd
from tests.bimtek.rows import (
    access,
    make_full_programme,
    make_item,
    make_minute,
    make_people,
    make_programme,
    make_row,
    make_session,
    make_strategy,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def filled(plan, writer, health):
    """A plan with something of everything that resolves to a name."""
    who = access(writer, plan)
    mission = make_row(MissionItem, plan, kind="misi", number="3", text="Tata kelola yang baik")
    objective = make_row(Objective, plan, dimension="SG", number=1, text="Layanan", mission=mission)
    item = make_item(plan)
    strategy = make_strategy(plan, who, item)
    programme = make_full_programme(plan, opd=health)
    programme.objective = objective
    writing.change(
        programme, access=who, version=1, links={"missions": [mission], "strategies": [strategy], "supporting": []}
    )
    make_row(Gap, plan, sub_dimension="SG-1", present="Antre panjang", opd=health, swot_item=item, severity=3)
    make_row(
        ReadinessRow,
        plan,
        element="struktur",
        component="sdm",
        name="Jumlah ASN",
        value="5.000",
        judgement=2,
        opd=health,
    )
    make_row(Answer, plan, key="rpjmd-visi", text="<p>Terwujudnya <strong>Bandar Dunia</strong></p>")
    make_row(Signatory, plan, name="Azril", position_title="Kadis", nip="197001012000011001", opd=health)
    session = make_session(plan, venue="Harmoni One", starts_at="08:00", opened_by="Jefridin", opened_for="Wali Kota")
    make_people(session, 4)
    make_minute(session, kind="tindak_lanjut", who="Dinkes", due="2022-07-01")
    return plan


def read(plan) -> Frozen:
    content = json.loads(json.dumps(snapshots.content_of(plan)))
    return Frozen(content, plan.region.zone)


def part(frozen: Frozen, stage: int, key: str):
    return next(p for p in frozen.parts(Stage(stage)) if p.key == key)


def test_every_pointer_reads_as_a_name_and_every_code_with_its_label(filled):
    frozen = read(filled)
    gap = dict(part(frozen, 1, "kesenjangan").entries[0].values)
    assert gap["Subdimensi"] == "SG-1 · Pelayanan publik"
    assert gap["OPD"] == "Dinas Kesehatan"
    assert gap["Butir SWOT terkait"] == "S1"
    assert gap["Tingkat"] == "Tinggi"
    programme = part(frozen, 2, "program").entries[0]
    values = dict(programme.values)
    assert programme.title == "SG-1.01 Program SG-1.01"
    assert (values["Sasaran"], values["Misi RPJMD"], values["Strategi SWOT"]) == ("SG Sasaran 1", "Misi 3", "SO1")
    budget, indicators = programme.children
    assert dict(budget.entries[0].values)["Jumlah (Rp)"] == "Rp1.000.000"
    assert dict(indicators.entries[0].values)["Target"] == "2023: 50"


def test_sessions_stand_in_the_frozen_stage(filled):
    (entry,) = part(read(filled), 1, "pertemuan").entries
    values = dict(entry.values)
    assert (values["Tanggal mulai"], values["Pukul mulai"], values["Jumlah peserta"]) == ("13 Juni 2022", "08.00", "4")
    assert dict(entry.children[0].entries[0].values)["Tenggat"] == "1 Juli 2022"
    assert part(read(filled), 2, "pertemuan").entries == []


def test_no_personal_number_is_shown(filled):
    frozen = read(filled)
    shown = " ".join(
        text for stage in Stage for p in frozen.parts(stage) for entry in p.entries for _, text in entry.values
    )
    assert "Kadis" in shown
    assert "197001012000011001" not in shown
    assert "Peserta 001" not in shown


def test_answers_read_as_prose(filled):
    frozen = read(filled)
    texts = [a.text for p in frozen.parts(Stage.PERSEPSI) for a in p.prose]
    assert any("Bandar Dunia" in text for text in texts)


def test_it_reads_the_snapshot_only_and_asks_no_query(filled):
    frozen = read(filled)
    before = [[entry.values for entry in p.entries] for stage in Stage for p in frozen.parts(stage)]
    Opd.objects.filter(name="Dinas Kesehatan").update(name="Berganti nama")
    Programme.objects.all().delete()
    again = Frozen(frozen.content, filled.region.zone)
    with CaptureQueriesContext(connection) as caught:
        assert [[entry.values for entry in p.entries] for stage in Stage for p in again.parts(stage)] == before
    assert len(caught) == 0


def test_a_content_with_unknown_ids_and_fields_still_reads(filled):
    content = snapshots.content_of(filled)
    del content["offices"], content["files"]
    content["rows"]["gap"][0]["dropped_field"] = "x"
    content["rows"]["gap"][0]["sub_dimension"] = "ZZ-9"
    values = dict(part(Frozen(content, filled.region.zone), 1, "kesenjangan").entries[0].values)
    assert (values["OPD"], values["Subdimensi"]) == ("(tidak dikenal)", "ZZ-9")


def test_freezing_asks_one_query_a_kind_however_many_rows(plan):
    make_programme(plan)
    with CaptureQueriesContext(connection) as one:
        snapshots.content_of(plan)
    for n in range(2, 31):
        make_programme(plan, f"SG-1.{n:02}")
    with CaptureQueriesContext(connection) as thirty:
        snapshots.content_of(plan)
    assert len(one) == len(thirty)


# --- pages ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def submitted(filled, head, consultant) -> Snapshot:
    move = workflow.submit(
        filled.submission_set.get(stage=1),
        access=access(head, filled),
        gaps=["SWOT belum lengkap (1 dari 4)"],
        reason="Menunggu BPS.",
    )
    assert move.snapshot is not None
    return move.snapshot


def address(snapshot, tail: str = "") -> str:
    return f"/daerah/kota-batam/2022/tahap/{snapshot.stage}/potret/{snapshot.pk}/{tail}"


def test_the_consultant_reads_what_was_submitted_with_gaps_and_reason_on_top(submitted, consultant, client_of):
    client = client_of(consultant)
    SwotItem.objects.update(text="Diubah kemudian")
    text = client.get(address(submitted, "?bagian=swot")).content.decode()
    assert "Menunggu BPS." in text
    assert "SWOT belum lengkap (1 dari 4)" in text
    assert "Jaringan serat optik" in text
    assert "Diubah kemudian" not in text
    for entry in ("tim", "kesiapan", "kesenjangan", "pertemuan", "strategi"):
        assert client.get(address(submitted, f"?bagian={entry}")).status_code == 200, entry
    assert client.get(address(submitted, "?bagian=tidak-ada")).status_code == 404
    assert address(submitted) in client.get("/daerah/kota-batam/2022/tahap/1/").content.decode()


def test_a_snapshot_of_another_region_or_stage_is_not_there(
    submitted, stranger_region, consultant, writer, stranger, client_of
):
    other = stranger_region.plan_set.get()
    foreign = snapshots.freeze(other, Stage.PERSEPSI)
    client = client_of(consultant)
    for tail in ("",):
        assert client.get(address(foreign, tail)).status_code == 404
        assert client.get(address(submitted, tail).replace("/tahap/1/", "/tahap/2/")).status_code == 404
        assert client_of(stranger).get(address(submitted, tail)).status_code == 404


def test_many_programmes_are_read_page_by_page_in_the_same_queries(filled, consultant, client_of):
    client, counts = client_of(consultant), []
    for more in (0, 40):
        for n in range(more):
            make_programme(filled, f"SG-2.{n:02}")
        frozen = snapshots.freeze(filled, Stage.PROGRAM)
        with CaptureQueriesContext(connection) as caught:
            text = client.get(address(frozen, "?bagian=program")).content.decode()
        counts.append(len(caught))
    assert counts[0] == counts[1]
    assert text.count('class="frozen-row"') == 30


def test_the_history_reads_links_and_plan_changes_too(filled, writer, client_of):
    assert Change.objects.exists()
    assert Strategy.objects.exists()
    assert client_of(writer).get("/daerah/kota-batam/2022/riwayat/").status_code == 200
