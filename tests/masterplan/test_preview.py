"""The preview beside a form: who sees what in it, and the way from a printed word to its field."""

import io
import re
from collections.abc import Callable

import pypdf
import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from bimtek import threads, workflow
from bimtek.anchors import Anchor
from bimtek.models import (
    Answer,
    Application,
    Gap,
    Plan,
    Programme,
    QuickWin,
    ReadinessRow,
    Signatory,
    Stage,
    SwotItem,
    Thread,
)
from masterplan import issuing
from regions.models import AuditRow, Opd
from tests.bimtek.rows import access, make_item, make_programme, make_row
from tests.masterplan import rows

pytestmark = pytest.mark.django_db
SECRET = "Rahasia Diskominfo"
ClientOf = Callable[[User | None], Client]


@pytest.fixture(autouse=True)
def no_drawings_kept() -> None:
    cache.clear()


def url(plan: Plan, section: str, page: str = "buku/", stage: int = 1) -> str:
    return f"/daerah/{plan.region.slug}/2022/tahap/{stage}/{section}/pratinjau/{page}"


def text(client: Client, plan: Plan, section: str, stage: int = 1, **query: str) -> str:
    answer = client.get(url(plan, section, stage=stage), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_writer_sees_the_working_copy_with_the_field_of_each_block(plan, writer, client_of):
    make_row(Answer, plan, key="latar-belakang", text="<p>Layanan masih <b>tatap muka</b>.</p>")
    html = text(client_of(writer), plan, "narasi-pendahuluan")

    assert "Salinan kerja saat ini" in html
    assert re.search(
        r'<div class="prose" data-source="narasi-pendahuluan/" data-field="latar-belakang" tabindex="0">\s*<p>Layanan masih', html
    )  # fmt: skip
    assert html.count('data-field="latar-belakang"') == 1


def test_each_sentence_of_a_paragraph_leads_to_its_own_wording(plan, writer, consultant, client_of):
    make_item(plan)
    html = text(client_of(writer), plan, "swot")
    spoken = re.findall(
        r'<span data-source="(narasi-kalimat-[a-z]+)/" data-field="(kalimat-swot-[a-z-]+)" tabindex="0">([^<]+)', html
    )

    assert {key for _, key, _ in spoken} >= {"kalimat-swot-butir", "kalimat-swot-kualitatif"}
    section, key, _ = spoken[0]
    base = f"/daerah/{plan.region.slug}/2022/"
    assert f"{section}/#tanya-{key}" in sent_to(client_of(writer), plan, asal=f"{section}//{key}")
    comment = sent_to(client_of(consultant), plan, asal=f"{section}//{key}", komentar="1")
    assert comment.startswith(f"{base}komentar/baru/?tahap=")
    page = client_of(consultant).get(comment).content.decode()
    assert f'<option value="{key}" selected>' in page


def test_what_was_not_written_says_so_and_leads_to_its_field(plan, writer, client_of):
    html = text(client_of(writer), plan, "narasi-pendahuluan")

    assert "Belum diisi" in html
    assert '<div class="unfilled" data-source="narasi-pendahuluan/" data-field="latar-belakang" tabindex="0">' in html


def test_the_page_holds_to_the_content_policy_and_may_be_framed_by_this_site_only(plan, writer, client_of):
    rows.fill(plan)
    make_row(
        Answer,
        plan,
        key="gambaran-umum",
        text='<p style="color:red">pakai style="x" data-width="77" <script>1</script></p>',
    )
    answer = client_of(writer).get(url(plan, "narasi-profil"))
    html = answer.content.decode()

    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "<script" not in html
    assert re.findall(r"<[^>]*\sstyle=", html) == []
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce
    assert f'<style nonce="{nonce[1]}">[data-width=' in html
    assert re.fullmatch(r'(\[data-width="[\d.]+"\]\{width:[\d.]+%\})+', re.search(r"<style[^>]*>([^<]*)<", html)[1])  # type: ignore[index]
    assert "frame-ancestors 'none'" in client_of(writer).get("/").headers["Content-Security-Policy"]


def test_every_chart_is_drawn_in_the_page(plan, writer, client_of):
    rows.fill(plan)
    html = text(client_of(writer), plan, "kesiapan")

    assert html.count("<svg") == html.count('role="img"') == 1
    assert "asset:" not in html
    assert "x-mp:" not in html


# --- who sees what -----------------------------------------------------------------------------------------------
def test_a_reviewer_sees_what_was_submitted_and_a_writer_goes_on(plan, writer, head, consultant, bappeda, client_of):
    item = make_item(plan, text="Butir yang dikirim")
    assert "Salinan kerja saat ini" in text(client_of(consultant), plan, "swot")

    workflow.submit(plan.submission_set.get(stage=1), access=access(head, plan), reason="Uji", gaps=["x"])
    SwotItem.objects.filter(pk=item.pk).update(text="Butir sesudahnya")

    reviewed = text(client_of(consultant), plan, "swot")
    assert "Butir yang dikirim" in reviewed
    assert "Butir sesudahnya" not in reviewed
    assert "Isian yang dikirim" in reviewed
    assert f'data-source="swot/{item.pk}"' in reviewed
    for person in (writer, head, bappeda):
        working = text(client_of(person), plan, "swot")
        assert "Butir sesudahnya" in working
        assert "Butir yang dikirim" not in working


@pytest.mark.slow
def test_an_operator_sees_no_word_of_another_offices_rows(plan, writer, operator, kominfo, health, client_of):
    seen = plant(plan, kominfo, health)
    found = {}
    for section, stage in (("program", 2), ("kesiapan", 1), ("aplikasi", 1), ("kesenjangan", 1), ("quick-win", 2), ("penanda-tangan", 4),
                           ("sasaran", 2), ("strategi", 1), ("narasi-rencana-aksi", 3), ("narasi-ringkasan", 4)):  # fmt: skip
        places = re.findall(r'href="\?bab=([\w.-]+)"', text(client_of(writer), plan, section, stage)) or [""]
        for place in places:
            mine = text(client_of(operator), plan, section, stage, bab=place)
            assert SECRET not in mine, (section, place)
            assert "7777777777" not in re.sub(r"[.\s]", "", mine), (section, place)
            assert "hanya baris OPD Anda dan baris bersama" in mine
            found[section] = found.get(section, False) or SECRET in text(
                client_of(writer), plan, section, stage, bab=place
            )
    assert {section for section, shown in found.items() if shown} >= {
        "program",
        "kesiapan",
        "aplikasi",
        "kesenjangan",
        "quick-win",
    }
    assert "Program Dinkes" in text(client_of(operator), plan, "program", 2, asal=f"program/{seen.pk}")


def plant(plan: Plan, theirs: Opd, own: Opd) -> Programme:
    """Rows of another office with a word in every text, and a programme of the own office that points to one of them."""
    gap = make_row(
        Gap, plan, sub_dimension="SG-1", present=f"{SECRET} a", expected=f"{SECRET} b", gap=f"{SECRET} c", opd=theirs
    )
    made = rows.make_programme(plan, "SG-1.01", theirs, name=f"{SECRET} d", benefit=f"{SECRET} e", priority=3, money=(7_777_777_777, 1),
                               enabler_policy=f"{SECRET} f")  # fmt: skip
    make_row(ReadinessRow, plan, element="struktur", component="sdm", name=f"{SECRET} g", judgement=3, opd=theirs)
    make_row(Application, plan, name=f"{SECRET} h", opd=theirs)
    make_row(QuickWin, plan, dimension="SG", name=f"{SECRET} i", benefit=f"{SECRET} j", chosen=True, opd=theirs)
    make_row(Signatory, plan, name=f"{SECRET} k", opd=theirs)
    make_row(QuickWin, plan, dimension="SB", name="Milik sendiri", chosen=True, opd=own, programme=made)
    return make_programme(plan, "SG-1.02", own, name="Program Dinkes", gap=gap)


def test_a_private_thread_is_in_nobodys_preview(plan, writer, consultant, client_of):
    item = make_item(plan)
    threads.begin(
        plan, Anchor(Stage.PERSEPSI, "swot", item), "Hanya untuk pereviu", access=access(consultant, plan), private=True
    )

    for person in (writer, consultant):
        assert "Hanya untuk pereviu" not in text(client_of(person), plan, "swot")
    assert "Hanya untuk pereviu" not in client_of(writer).get(url(plan, "swot", "")).content.decode()
    assert Thread.objects.get().private


def test_strangers_find_nothing_and_unknown_places_are_404(plan, writer, stranger, client_of):
    for page in ("", "buku/", "asal/"):
        assert client_of(stranger).get(url(plan, "swot", page)).status_code == 404
        assert client_of(writer).get(url(plan, "tidak-ada", page)).status_code == 404
        assert client_of(writer).get(url(plan, "komitmen", page, stage=1)).status_code == 404


def test_the_number_of_queries_does_not_grow(plan, writer, queries_of, client_of):
    rows.fill(plan)
    client = client_of(writer)
    places = [url(plan, "program", stage=2), url(plan, "swot"), url(plan, "kesiapan")]
    few = [queries_of(client, place) for place in places]
    for number in range(1, 13):
        rows.make_programme(plan, f"SV-2.{number + 50}", priority=3)
        make_item(plan, "T", 20 + number)
        make_row(ReadinessRow, plan, element="struktur", component="sdm", name=f"Indikator {number}")

    assert [queries_of(client, place) for place in places] == few
    assert max(few) < 70


# --- which piece -------------------------------------------------------------------------------------------------
def test_a_row_is_found_in_the_piece_that_prints_it(plan, writer, client_of):
    rows.fill(plan, per_dimension=12)
    for programme in plan.programme_set.filter(code__endswith=".01"):
        html = text(client_of(writer), plan, "program", 2, asal=f"program/{programme.pk}/benefit")
        assert html.count(f'<table class="facts-dense" data-source="program/{programme.pk}"') == 1


@pytest.mark.parametrize("query", [
    {"bab": "tidak.ada"}, {"potong": "99999"}, {"potong": "\x00"}, {"asal": "program/x"}, {"asal": "///"}, {"asal": "\ud800"},
])  # fmt: skip
def test_odd_questions_get_the_first_place(plan, writer, client_of, query):
    assert "Buku 2, Bab IV" in text(
        client_of(writer), plan, "program", 2, **{k: v.encode("utf-8", "replace").decode() for k, v in query.items()}
    )


def test_a_section_that_is_not_printed_says_so(plan, writer, client_of):
    assert "Bagian ini tidak dicetak pada buku." in text(client_of(writer), plan, "plafon", 2)


def test_forewords_are_shown_as_the_leaves_they_become(plan, writer, client_of):
    make_row(Answer, plan, key="kata-pengantar", text="<p>Puji syukur</p>")
    html = text(client_of(writer), plan, "narasi-pengantar", 4)

    assert "Puji syukur" in html
    assert 'data-source="narasi-pengantar/" data-field="kata-pengantar"' in html


# --- to its field ------------------------------------------------------------------------------------------------
def sent_to(client: Client, plan: Plan, **query: str) -> str:
    answer = client.get(url(plan, "swot", "asal/"), query)
    assert answer.status_code == 302
    return str(answer["Location"])


def test_a_word_leads_to_its_field_or_to_a_comment_about_it(plan, writer, consultant, client_of):
    item, programme = make_item(plan), make_programme(plan)
    client, base = client_of(writer), f"/daerah/{plan.region.slug}/2022/"

    assert sent_to(client, plan, asal=f"swot/{item.pk}/text") == f"{base}tahap/1/swot/{item.pk}/#isian-text"
    assert sent_to(client, plan, asal=f"program/{programme.pk}") == f"{base}tahap/2/program/{programme.pk}/"
    assert sent_to(client, plan, asal="narasi-swot//proses-swot") == f"{base}tahap/1/narasi-swot/#tanya-proses-swot"
    assert sent_to(client, plan, asal="narasi-swot//<script>") == f"{base}tahap/1/narasi-swot/"
    assert sent_to(client, plan, asal="strategi") == f"{base}tahap/1/strategi/"
    comment = sent_to(client_of(consultant), plan, asal=f"swot/{item.pk}/text", komentar="1")
    assert comment == f"{base}komentar/baru/?tahap=1&bagian=swot&baris={item.pk}&isian=text"
    page = client_of(consultant).get(comment).content.decode()
    assert f'name="baris" value="{item.pk}"' in page
    assert 'name="isian" value="text"' in page


def test_the_comment_box_comes_in_place_with_its_anchor(plan, consultant, client_of):
    item = make_item(plan)
    asked = url(plan, "swot", "asal/") + f"?komentar=1&panel=1&asal=swot/{item.pk}/text"
    answer = client_of(consultant).get(asked, follow=True, headers={"HX-Request": "true"})
    html = answer.content.decode()

    assert "<html" not in html
    assert f'name="baris" value="{item.pk}"' in html
    assert '<option value="text" selected>' in html


def test_a_row_that_is_gone_or_of_another_office_leads_nowhere(
    plan, writer, operator, kominfo, stranger_region, client_of
):
    hidden = make_programme(plan, opd=kominfo)
    foreign = make_programme(stranger_region.plan_set.get())
    asked = url(plan, "program", "asal/", stage=2)

    assert client_of(writer).get(asked, {"asal": f"program/{hidden.pk}"}).status_code == 302
    assert client_of(operator).get(asked, {"asal": f"program/{hidden.pk}"}).status_code == 404
    assert client_of(writer).get(asked, {"asal": f"program/{foreign.pk}"}).status_code == 404
    assert client_of(operator).get(asked, {"asal": f"program/{hidden.pk}", "komentar": "1"}).status_code == 404


def pages_of(answer) -> str:
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages).split())


@pytest.mark.slow
def test_the_printed_pages_are_the_unit_that_the_book_takes(plan, writer, kominfo, client_of):
    make_programme(plan, "SG-1.01", name="Akun Warga Batam", opd=kominfo)
    client = client_of(writer)
    html = text(client, plan, "program", stage=2, bab="buku-2.rencana-aksi")
    link = re.search(r'href="([^"]*halaman.pdf[^"]*)"', html)
    assert link
    words = pages_of(client.get(link[1].replace("&amp;", "&")))

    assert "Akun Warga Batam" in words
    assert "DRAF" in words
    assert "Pratinjau 1" in words
    asked = issuing.request(plan, by=writer, books=["buku-2"])
    assert [unit.reused for unit in asked.units.filter(chapter="rencana-aksi")] == [True]
    assert AuditRow.objects.filter(region=plan.region, label__startswith="Pratinjau").exists()


@pytest.mark.slow
def test_the_printed_pages_hold_no_row_of_another_office(plan, operator, health, kominfo, client_of):
    make_programme(plan, "SG-1.01", name=SECRET, opd=kominfo)
    make_programme(plan, "SL-1.01", name="Dokter Pulau", opd=health)
    words = pages_of(
        client_of(operator).get(url(plan, "program", "halaman.pdf", stage=2), {"bab": "buku-2.rencana-aksi"})
    )

    assert "Dokter Pulau" in words
    assert SECRET not in words


def test_a_section_that_no_chapter_prints_has_no_printed_pages(plan, writer, client_of):
    assert client_of(writer).get(url(plan, "plafon", "halaman.pdf", stage=2)).status_code == 404
