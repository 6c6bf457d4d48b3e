"""What the people of a region type and send in the four stages, for tests/test_from_form_to_pdf.py."""

from typing import Any

from playwright.sync_api import expect

from bimtek import formats
from bimtek.framework import framework
from bimtek.models import Plan, Programme, QuickWin, ReadinessRow, Session, Signatory, Stage, SwotItem
from regions.models import Opd
from tests import halmahera as told
from tests.seats import Seat, fill, labelled

PLAN = f"/daerah/{told.SLUG}/{told.COHORT}/"


# --- stage I ---------------------------------------------------------------------------------------------------------
def stage_one(admin: Seat, operators: list[Seat], plan: Plan) -> None:
    page = admin.open(f"{PLAN}rencana/")
    fill(page.locator("main"), {"SWOT dengan bobot dan rating (IFAS/EFAS)": True})
    page.get_by_role("button", name="Simpan pengaturan").click()
    admin.say_saved("tersimpan")
    team_and_profile(admin)
    readiness_by_their_offices(admin, operators, plan)
    swot_until_the_quadrant_shows(admin, plan)
    gaps_and_strategies(admin, plan)
    session_typed(admin, plan)
    narrative_typed(admin)
    narratives_sent(admin, plan, Stage.PERSEPSI)


def team_and_profile(admin: Seat) -> None:
    admin.type_row(1, "keputusan", "Tambah keputusan", {
        "Keperluan": "SK Dewan Smart City", "Nomor": "188.45/100/2022", "Tahun": "2022", "Tanggal": "2022-05-18",
        "Tentang": "Dewan Smart City Kabupaten Halmahera Timur",
    })  # fmt: skip
    admin.type_row(1, "tim", "Tambah anggota", {
        "Tim": "Dewan Smart City", "Kedudukan dalam tim": "Ketua", "Nama dan gelar": "Drs. Ubaid Tjan", "Jabatan": "Bupati",
    })  # fmt: skip
    admin.type_row(1, "profil", "Tambah data", {
        "Kelompok": "Geografi", "Data": "Luas daratan", "Nilai": "6.571,37", "Satuan": "km²", "Tahun data": "2021",
        "Sumber": "BPS Halmahera Timur Dalam Angka 2022",
    })  # fmt: skip
    admin.type_row(1, "rpjmd", "Tambah butir", {"Jenis": "Misi", "Nomor": "1", "Isi": told.MISSIONS[0]})
    admin.send_row(1, "rpjmd", {"kind": "misi", "number": "2", "text": told.MISSIONS[1]})
    for key, rows in (("keputusan", told.DECREES), ("tim", told.MEMBERS), ("profil", told.PROFILE)):
        for row in rows:
            admin.send_row(1, key, row)


def readiness_by_their_offices(admin: Seat, operators: list[Seat], plan: Plan) -> None:
    """The admin says which office fills which indicator; each operator fills the own one and no other."""
    rows = list(ReadinessRow.objects.filter(plan=plan).order_by("position")[:2])
    for operator, row in zip(operators, rows, strict=True):
        own = Opd.objects.get(membership__user=operator.user)
        admin.resend_row(1, "kesiapan", row, {"opd": own.pk, "unit": row.unit})
        page = operator.section(1, "kesiapan")
        page.get_by_role("link", name=f"Ubah {row.name}", exact=True).click()
        form = page.locator("tr.row-form form")
        fill(form, {"Nilai atau keadaan": "1.204", "Tahun data": "2021", "Penilaian": "Sedang"})
        form.get_by_role("button", name="Simpan").click()
        expect(form.locator(".invalid-feedback", has_text="Isi sumber data")).to_be_visible()
        expect(form.get_by_label(labelled("Nilai atau keadaan"))).to_have_value("1.204")
        fill(form, {"Sumber data": "BKPSDM, daftar urut kepangkatan 2021"})
        form.get_by_role("button", name="Simpan").click()
        expect(page.locator("tr.is-saved", has_text="1.204")).to_be_visible()


def swot_until_the_quadrant_shows(admin: Seat, plan: Plan) -> None:
    def fields(item: tuple[str, str, str, int]) -> dict[str, str | bool]:
        kind = dict(SwotItem.Quadrant.choices)[item[0]]
        return {"Jenis": str(kind), "Butir": item[1], "Bobot": item[2], "Rating": str(item[3])}

    admin.type_row(1, "swot", "Tambah butir SWOT", fields(told.SWOT[0]))
    for quadrant, text, weight, rating in told.SWOT[1:-1]:
        admin.send_row(1, "swot", {"quadrant": quadrant, "text": text, "weight": weight, "rating": rating})
    admin.type_row(1, "swot", "Tambah butir SWOT", fields(told.SWOT[-1]))
    panel = admin.page.locator("#panel-bagian")
    expect(panel).to_contain_text("x = 0,50, y = 0,20")
    expect(panel).to_contain_text("Kuadran I")
    expect(admin.page.locator(".chart svg").first).to_be_visible()


def gaps_and_strategies(admin: Seat, plan: Plan) -> None:
    items = {item.code: item.pk for item in SwotItem.objects.filter(plan=plan)}
    admin.type_row(
        1, "strategi", "Tambah strategi", {"Jenis": "SO · agresif", "Strategi": "Membuka layanan digital di semua kantor desa"},
        {"Butir SWOT yang dipakai": ("S1", "O1")},
    )  # fmt: skip
    for kind, text, codes in told.STRATEGIES:
        admin.send_row(1, "strategi", {"kind": kind, "text": text, "items": [items[code] for code in codes]})
    admin.type_row(1, "kesenjangan", "Tambah kesenjangan", {
        "Subdimensi": "SG-1 Pelayanan publik", "Kondisi saat ini": f"{told.GAP}.", "Kondisi yang diharapkan": "Ada di setiap desa.",
        "Tingkat": "Tinggi",
    })  # fmt: skip
    for code in told.DIMENSIONS[1:]:
        values = {
            "sub_dimension": f"{code}-1",
            "present": f"{told.GAP} ({code}).",
            "expected": "Ada di setiap desa.",
            "severity": 2,
        }
        admin.send_row(1, "kesenjangan", values)


def session_typed(admin: Seat, plan: Plan) -> None:
    page = admin.open(f"{PLAN}pertemuan/")
    page.get_by_role("link", name="Tambah pertemuan Tahap I", exact=True).click()
    starts, ends = told.SESSION_DATES[1]
    fill(page.locator("main"), {"Tanggal mulai": starts, "Tanggal selesai": ends, "Tempat": "Aula Kantor Bupati, Maba"})
    page.get_by_role("button", name="Simpan").click()
    admin.say_saved("tersimpan")
    page.get_by_role("link", name="Daftar hadir", exact=True).click()
    page.get_by_role("link", name="Tempel banyak peserta").first.click()
    page.get_by_label(labelled("Peserta, satu baris satu orang")).fill(told.PEOPLE_THERE)
    page.get_by_role("button", name="Tambahkan ke daftar hadir").click()
    admin.say_saved("3 peserta ditambahkan")
    for button in page.get_by_role("button", name="Centang semua").all():
        button.click()
    page.get_by_role("button", name="Simpan kehadiran").click()
    admin.say_saved("6 tanda kehadiran")
    page.get_by_role("link", name="Berita acara", exact=True).click()
    page.get_by_role("link", name="Tambah hasil").click()
    form = page.locator("tr.row-form form")
    fill(form, {"Butir": "Readiness dan SWOT disepakati bersama."})
    form.get_by_role("button", name="Simpan").click()
    expect(page.locator("tr.is-saved", has_text="disepakati bersama")).to_be_visible()
    fill(page.locator("main"), {"Nomor berita acara": "BA/01/2022", "Tanggal berita acara": ends})
    page.get_by_role("button", name="Simpan berita acara").click()
    admin.say_saved("Berita acara tersimpan")


def narrative_typed(admin: Seat) -> None:
    """Into the real editor, by keyboard; the text is there again after saving."""
    page = admin.section(1, "narasi-pendahuluan")
    for key, sentence in (("latar-belakang", told.BACKGROUND), ("maksud-tujuan", told.AIM)):
        page.locator(f"#tanya-{key}").get_by_role("textbox").click()
        page.keyboard.type(sentence)
    page.get_by_role("button", name="Simpan").click()
    admin.say_saved("2 jawaban tersimpan")
    expect(page.locator("#tanya-latar-belakang").get_by_role("textbox")).to_have_text(told.BACKGROUND)


def narratives_sent(admin: Seat, plan: Plan, stage: Stage) -> None:
    """All other questions of the stage, group by group; what is answered already goes along as it stands."""
    frame, answers = framework(plan.framework), {answer.key: answer for answer in plan.answer_set.all()}
    for group in frame.question_groups(stage):
        if all(question.default for question in frame.questions(stage, group.code)):
            continue  # the product's own sentences stay as they are
        values: dict[str, Any] = {}
        for question in frame.questions(stage, group.code):
            answer = answers.get(question.key)
            text = told.VISION if question.key == "visi-smart-city" else told.prose(question.key)
            fresh = text if question.kind == "plain" else f"<p>{text}</p>"
            values |= {
                f"a-{question.key}": answer.text if answer else fresh,
                f"v-{question.key}": answer.version if answer else 0,
            }
        admin.send(f"tahap/{stage.value}/narasi-{group.code}/", values)


# --- stages II to IV -------------------------------------------------------------------------------------------------
def session_sent(admin: Seat, plan: Plan, stage: int) -> None:
    starts, ends = told.SESSION_DATES[stage]
    admin.send(
        "pertemuan/baru/", {"stage": stage, "starts": starts, "ends": ends, "agenda": "Pembahasan", "version": 0}
    )
    session = Session.objects.get(plan=plan, stage=stage)
    here = f"pertemuan/{session.pk}/"
    admin.send(f"{here}daftar-hadir/tempel/", {"lines": told.PEOPLE_THERE})
    days = [f"{person.pk.hex}.{session.starts:%Y%m%d}" for person in session.attendees.all()]
    admin.send(f"{here}daftar-hadir/", {"seen": "", "hadir": days})
    row = session.attendees.all()[0].pk  # any fresh id serves; a participant's is not a point's
    admin.send(
        f"{here}butir/baru/",
        {"baris": str(row), f"r{row.hex[:8]}-kind": "hasil", f"r{row.hex[:8]}-text": "Disepakati."},
    )
    session.refresh_from_db()
    admin.send(
        f"{here}berita-acara/",
        {"minutes_number": f"BA/0{stage}/2022", "minutes_date": ends, "version": session.version},
    )


def stage_two(admin: Seat, operators: list[Seat], plan: Plan) -> None:
    mission = plan.missionitem_set.get(number="2")
    admin.type_row(
        2, "sasaran", "Tambah sasaran", {"Dimensi": "SG · Smart Governance", "Sasaran": f"{told.OBJECTIVE} SG."}
    )
    for code in told.DIMENSIONS[1:]:
        admin.send_row(2, "sasaran", {"dimension": code, "text": f"{told.OBJECTIVE} {code}.", "mission": mission.pk})
    programme_typed_by_its_operator(operators[0], plan)
    owner = Opd.objects.get(region=plan.region, name="Dinas Komunikasi dan Informatika")
    for code in told.DIMENSIONS:
        if code != "SL":
            programme_sent(admin, plan, code, owner)
    quick_wins_proposed(admin, plan)
    session_sent(admin, plan, 2)
    narratives_sent(admin, plan, Stage.PROGRAM)


def programme_typed_by_its_operator(operator: Seat, plan: Plan) -> None:
    """Dinas Kesehatan's own programme with its money and its measure, on its own page."""
    told_here, (first, second) = told.PROGRAMMES["SL"], told.BUDGET["SL"]
    page = operator.section(2, "program")
    page.get_by_role("link", name="Tambah program").first.click()
    fill(page.locator("main"), {
        "Kode": "SL-2.01", "Subdimensi": "SL-2 Prasarana kesehatan", "Manfaat": told_here["benefit"], "Program": told_here["name"],
        "Jenis": "Baru", "OPD penanggung jawab": "Dinkes", "Tahun mulai": "2022", "Tahun selesai": "2040",
    })  # fmt: skip
    page.get_by_role("button", name="Simpan").click()
    expect(page.locator(".invalid-feedback", has_text="di luar masa rencana").first).to_be_visible()
    expect(page.get_by_label(labelled("Manfaat"))).to_have_value(told_here["benefit"])
    fill(page.locator("main"), {"Tahun selesai": "2023"})
    page.get_by_role("button", name="Simpan").click()
    operator.say_saved("tersimpan")
    for year, amount in (("2022", first), ("2023", second)):
        page.get_by_role("link", name="Tambah anggaran").click()
        form = page.locator("tr.row-form form")
        fill(form, {"Tahun": year, "Sumber": "APBD kabupaten/kota", "Jumlah (Rp)": f"{amount // told.BILLION} M"})
        form.get_by_role("button", name="Simpan").click()
        expect(page.locator("tr.is-saved", has_text=formats.rupiah(amount))).to_be_visible()
    page.get_by_role("link", name="Tambah indikator").click()
    form = page.locator("tr.row-form form")
    fill(
        form,
        {
            "Indikator": "Rujukan yang tiba dalam satu jam",
            "Satuan": "persen",
            "Nilai awal": "35,5",
            "Target 2023": "60",
        },
    )
    form.get_by_role("button", name="Simpan").click()
    expect(page.locator("tr.is-saved", has_text="60")).to_be_visible()


def programme_sent(admin: Seat, plan: Plan, code: str, owner: Opd) -> None:
    values = {
        "code": f"{code}-1.01",
        "sub_dimension": f"{code}-1",
        "kind": "baru",
        "opd": owner.pk,
        "start_year": 2022,
        "end_year": 2023,
    }
    row = admin.send_row(2, "program", {**values, **told.PROGRAMMES[code]})
    programme = Programme.objects.get(plan=plan, pk=row)
    for year, amount in zip((2022, 2023), told.BUDGET[code], strict=True):
        admin.send_row(2, "anggaran", {"year": year, "source": "apbd", "amount": str(amount)}, parent=programme)
    admin.send_row(
        2, "indikator", {"name": f"Warga terlayani {code}", "unit": "persen", "target_2023": "80"}, parent=programme
    )


def quick_wins_proposed(admin: Seat, plan: Plan) -> None:
    scores = {"score_visible": 5, "score_feasible": 4, "score_impact": 4, "score_ready": 3}
    owner = Opd.objects.get(region=plan.region, name="Dinas Komunikasi dan Informatika")
    admin.type_row(2, "quick-win", "Usulkan quick win", {
        "Nama quick win": "Surat desa sehari jadi", "Dimensi": "SG · Smart Governance", "Manfaat": "Warga pulang membawa suratnya.",
        "Lama (bulan)": "6", "Terlihat oleh warga (1–5)": "5", "Mudah diwujudkan (1–5)": "4", "Dampak (1–5)": "4",
        "Kesiapan sumber daya (1–5)": "3",
    })  # fmt: skip
    expect(admin.page.locator("tr.is-saved", has_text="16")).to_be_visible()
    for code in told.DIMENSIONS[1:]:
        values = {
            "name": f"Quick win {code}",
            "dimension": code,
            "kind": "program",
            "months": 9,
            "benefit": "Terasa.",
            "opd": owner.pk,
        }
        admin.send_row(2, "quick-win", {**values, **scores})


def stage_three(admin: Seat, plan: Plan) -> None:
    first, *others = plan.programme_set.order_by("code")
    page = admin.section(3, "program")
    page.get_by_role("link", name=first.name, exact=True).click()
    fill(
        page.locator("main"),
        {"Prioritas": "Tinggi", "Kebutuhan infrastruktur": "Sambungan satelit di dua puluh kantor desa."},
    )
    page.get_by_role("button", name="Simpan", exact=True).click()
    admin.say_saved("tersimpan")
    for programme in others:
        kept = ("code", "sub_dimension", "name", "benefit", "kind", "opd_id", "start_year", "end_year")
        values = {name.removesuffix("_id"): getattr(programme, name) for name in kept}
        admin.resend_row(3, "program", programme, {**values, "priority": 2})
    session_sent(admin, plan, 3)
    narratives_sent(admin, plan, Stage.FINALISASI)


def stage_four(admin: Seat, plan: Plan) -> None:
    first, *others = QuickWin.objects.filter(plan=plan).order_by("position")
    page = admin.section(4, "quick-win")
    page.get_by_role("link", name=f"Ubah {first.name}").click()
    form = page.locator("tr.row-form form").first
    typed: dict[str, str | bool] = {
        "Dipilih": True, "OPD": "Diskominfo", "Latar belakang": str(told.QUICK_WIN_PROFILE["background"]),
        "Tujuan": str(told.QUICK_WIN_PROFILE["aim"]), "Identifikasi risiko": "Listrik padam.", "Penanganan risiko": "Genset desa.",
        "Target 3 bulan": "Tiga desa.", "Target 12 bulan": "Dua puluh desa.",
    }  # fmt: skip
    fill(form, typed)
    form.get_by_role("button", name="Simpan").click()
    expect(page.locator("tr.is-saved", has_text="Ya")).to_be_visible()
    for quick_win in others:
        kept = (
            "name",
            "dimension",
            "kind",
            "months",
            "benefit",
            "opd_id",
            "score_visible",
            "score_feasible",
            "score_impact",
            "score_ready",
        )
        values = {name.removesuffix("_id"): getattr(quick_win, name) for name in kept}
        admin.resend_row(4, "quick-win", quick_win, {**values, "chosen": "on", **told.QUICK_WIN_PROFILE})
    admin.type_row(4, "penanda-tangan", "Tambah penanda tangan", {
        "Nama dan gelar": "Drs. Ubaid Tjan", "Jabatan": "Bupati Halmahera Timur", "Keadaan": "Menandatangani", "NIP": "196801011990031001",
    })  # fmt: skip
    admin.send_row(
        4,
        "penanda-tangan",
        {"name": "dr. Mieke Lolaro", "position_title": "Kepala Dinas Kesehatan", "state": Signatory.State.LATER},
    )
    session_sent(admin, plan, 4)
    narratives_sent(admin, plan, Stage.KOMITMEN)
