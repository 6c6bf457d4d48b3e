"""One print looked at closely, and two bound books page by page."""

import io
import os
import re
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bimtek.models import Plan, Programme
from masterplan import comparing, issuing, schedule
from masterplan.comparing import CHANGED, GONE, LOOKS, NEW, SAME, Page
from masterplan.models import BookPrint, FinishedBook
from regions.models import Job, Opd
from tests.factories import make_plan, make_region
from tests.masterplan.conftest import Printer, run_jobs
from tests.masterplan.test_press import press_child
from tests.masterplan.test_printing import thin

ClientOf = Callable[[User | None], Client]


def url(name: str, book_print: BookPrint) -> str:
    return reverse(f"masterplan:{name}", args=[book_print.region.slug, 2022, book_print.pk])


def compared(before: FinishedBook, after: FinishedBook) -> str:
    return reverse("masterplan:compare_books", args=[after.region.slug, 2022]) + f"?dari={before.pk}&ke={after.pk}"


def failed(book_print: BookPrint, sentence: str) -> None:
    """Its first unit failed with this sentence, the others are done."""
    first = Job.objects.filter(kind=issuing.CHAPTER_JOB).order_by("created_at")[0]
    Job.objects.update(state=Job.State.DONE)
    Job.objects.filter(pk=first.pk).update(state=Job.State.FAILED, failure=sentence)
    book_print.units.exclude(pk=first.subject).update(pages=1)


def test_every_unit_is_listed_with_where_it_stands_and_the_time_left(
    client_of: ClientOf, empty_store: Path, writer: User, plan: Plan
) -> None:
    book_print = issuing.request_content(plan, thin(mark="kokpit"), by=writer, books=("buku-1",))
    html = client_of(writer).get(url("cockpit", book_print)).content.decode()

    assert "0 dari 6 bagian jadi" in html
    assert html.count("Menunggu") >= 6
    assert all(title in html for title in ("Sampul Buku 1", "Cap halaman", "Penanda bab"))
    assert "Sisa waktu kira-kira" in html
    assert 'hx-get="?bagian=keadaan"' in html
    run_jobs(book_print)
    done = client_of(writer).get(url("cockpit", book_print) + "?bagian=keadaan").content.decode()
    assert "6 dari 6 bagian jadi" in done
    assert "hx-get" not in done
    assert "<html" not in done


def test_past_prints_tell_which_unit_takes_longest(printed: Printer, plan: Plan) -> None:
    first = printed(thin("Isi pertama.", mark="lama"), ("buku-1",))
    first.units.filter(chapter="bab-3").update(seconds=30.0)
    second = issuing.request_content(plan, thin("Isi kedua.", mark="lama dua"), by=None, books=("buku-1",))

    assert schedule.longest_first(second, second.units.all())[0].chapter == "bab-3"
    assert 25 <= schedule.seconds_left(second, 1) <= 60
    assert schedule.seconds_left(second, 1) >= schedule.seconds_left(second, 2)


def test_a_letter_that_cannot_be_printed_leads_to_the_row_that_holds_it(
    client_of: ClientOf, media: Path, writer: User, plan: Plan, kominfo: Opd
) -> None:
    row = Programme.objects.create(
        region=plan.region, plan=plan, code="SG-1.01", sub_dimension="SG-1", name="Layanan 漢", opd=kominfo
    )
    book_print = issuing.request_content(plan, thin(mark="huruf"), by=None, books=("buku-1",))
    failed(book_print, "Bab I memuat huruf yang tidak dapat dicetak: 漢 (U+6F22).")
    html = client_of(writer).get(url("cockpit", book_print)).content.decode()

    assert reverse("bimtek:row", args=[plan.region.slug, 2022, 2, "program", row.pk]) in html
    assert "Lanjutkan" in html


def test_another_failure_leads_to_the_sections_that_the_chapter_is_made_of(
    client_of: ClientOf, media: Path, writer: User, plan: Plan
) -> None:
    book_print = issuing.request_content(plan, thin(mark="besar"), by=None, books=("buku-1",))
    first = Job.objects.filter(kind=issuing.CHAPTER_JOB).order_by("created_at")[0]
    book_print.units.filter(pk=first.subject).update(chapter="kesiapan")
    failed(book_print, "Bab III terlalu besar.")
    html = client_of(writer).get(url("cockpit", book_print)).content.decode()

    assert reverse("bimtek:section", args=[plan.region.slug, 2022, 1, "kesiapan"]) in html


def test_a_unit_that_kills_its_press_three_times_is_named_and_the_rest_is_kept(
    media: Path, plan: Plan, settings: Any
) -> None:
    settings.JOB_RETRY_SECONDS = 0
    book_print = issuing.request_content(plan, thin("Racun. " * 3000, mark="racun"), by=None, books=("buku-1",))

    def poison() -> None:
        for _ in range(settings.JOB_MAX_ATTEMPTS):
            pid = press_child()
            os.kill(pid, signal.SIGKILL)
            while Path(f"/proc/{pid}").exists():
                pass

    killer = threading.Thread(target=poison, daemon=True)
    killer.start()
    run_jobs(book_print)
    killer.join(60)
    now = issuing.progress(book_print)

    assert now.state == "failed"
    assert [name for name, _ in now.failures] == ["Buku 1, Bab II Kesiapan"]
    assert "3 kali" in now.failures[0][1]
    assert (now.done, now.total) == (5, 6)
    assert issuing.retry(book_print, by=None)
    run_jobs(book_print)
    assert issuing.progress(BookPrint.objects.get(pk=book_print.pk)).state == "done"


def test_the_changed_page_of_two_books_comes_first_with_its_words_marked(
    client_of: ClientOf, printed: Printer, writer: User, plan: Plan
) -> None:
    before = printed(thin("Isi yang lama.", mark="banding"), ("buku-1",)).finished.get()
    after = printed(thin("Isi yang baru.", mark="banding"), ("buku-1",)).finished.get()
    html = client_of(writer).get(compared(before, after)).content.decode()

    assert "1 halaman berubah, 0 baru, 0 hilang, 0 hanya berubah rupa" in html
    assert "Halaman II-1" in html
    assert re.search(r"Buku 1, Bab II Kesiapan · halaman ke-\d+ dari berkas", html)
    assert re.search(r"<del>\s*lama\.</del><ins>\s*baru\.</ins>", html)
    same = client_of(writer).get(compared(after, after)).content.decode()
    assert "Tidak ada halaman yang berubah" in same
    cockpit = client_of(writer).get(url("cockpit", after.book_print)).content.decode()
    assert f"dari={before.pk}&amp;ke={after.pk}" in cockpit
    assert before.sha256[:12] in cockpit
    assert "Buku 1</legend>" in cockpit
    assert re.search(r">Bab II Kesiapan</label>", cockpit)


def test_a_book_of_another_region_cannot_be_compared_with(
    client_of: ClientOf, printed: Printer, writer: User, plan: Plan
) -> None:
    mine = printed(thin(mark="milik"), ("buku-1",)).finished.get()
    elsewhere = make_plan(make_region("12.12", "Toba", "kabupaten"))
    theirs_print = BookPrint.objects.create(region=elsewhere.region, plan=elsewhere, content={}, sha256="1" * 64)
    theirs = FinishedBook.objects.create(
        region=elsewhere.region, book_print=theirs_print, book="buku-1", title="B", name="b.pdf", path=mine.path,
        sha256=mine.sha256, pages=1, bytes=1,
    )  # fmt: skip
    client = client_of(writer)

    assert client.get(compared(theirs, mine)).status_code == 404
    assert client.get(compared(mine, theirs).replace("toba", mine.region.slug)).status_code == 404
    for wrong in ("dari=x&ke=y", "dari=\x00&ke=1", f"dari={mine.pk}"):
        place = reverse("masterplan:compare_books", args=[mine.region.slug, 2022])
        assert client.get(f"{place}?{wrong}").status_code in (302, 404)


def test_a_book_bound_before_its_pages_were_kept_says_so(
    client_of: ClientOf, printed: Printer, media: Path, writer: User, plan: Plan
) -> None:
    book = printed(thin(mark="tanpa halaman"), ("buku-1",)).finished.get()
    (media / book.path).with_suffix(".json").unlink()

    assert "Tidak dapat dibandingkan" in client_of(writer).get(compared(book, book)).content.decode()


def test_pages_are_paired_by_what_they_say() -> None:
    old = [Page("I-1", "satu", "a"), Page("I-2", "dua", "b"), Page("I-3", "tiga", "c"), Page("I-4", "empat", "d")]
    new = [Page("I-1", "satu", "a"), Page("I-2", "dua baru", "x"), Page("I-3", "tiga", "z")]
    kinds = [(pair.kind, (pair.after or pair.before).label) for pair in comparing.compare(old, new)]  # type: ignore[union-attr]

    assert kinds == [(SAME, "I-1"), (CHANGED, "I-2"), (LOOKS, "I-3"), (GONE, "I-4")]
    assert [pair.kind for pair in comparing.compare(new[:1], new)] == [SAME, NEW, NEW]
    assert [pair.kind for pair in comparing.changed_first(comparing.compare(old, new))] == [CHANGED, GONE, LOOKS]


def test_lines_that_end_elsewhere_change_how_a_page_looks_and_not_what_it_says() -> None:
    old, new = [Page("I-1", "satu dua\ntiga", "a")], [Page("I-1", "satu\ndua tiga", "b")]

    assert [pair.kind for pair in comparing.compare(old, new)] == [LOOKS]
    changed = comparing.Pair(CHANGED, old[0], Page("I-1", "satu\ndua tiga empat", "c"))
    assert [(piece.kind, piece.text) for piece in changed.pieces] == [("same", "satu dua tiga"), ("new", " empat")]


def test_a_changed_page_shows_all_that_changed_and_of_the_rest_what_stands_beside_it() -> None:
    still, long = " tetap" * 400, " banyak" * 400
    pair = comparing.Pair(CHANGED, Page("I-1", f"lama{still}", "a"), Page("I-1", f"baru{long}{still}", "b"))
    texts = {piece.kind: piece.text for piece in pair.pieces}

    assert texts["gone"] == "lama"
    assert texts["new"] == f"baru{long}"
    assert texts["same"].startswith(" tetap tetap")
    assert len(texts["same"]) < 200


def test_chosen_chapters_come_in_one_file_behind_the_cover(
    client_of: ClientOf, printed: Printer, writer: User, plan: Plan
) -> None:
    book_print = printed(thin(mark="pilih"), ("buku-1",))
    response = client_of(writer).get(url("chosen", book_print), {"bab": ["buku-1.bab-1", "buku-1.bab-3"]})

    labels = list(pypdf.PdfReader(io.BytesIO(response.content)).page_labels)
    assert {label.split("-")[0] for label in labels if "-" in label} == {"I", "III"}
    assert labels[0] == "Sampul 1"
    assert "attachment" in response["Content-Disposition"]


@pytest.mark.parametrize("chosen", [[], ["buku-1.tiada"], ["\x00"]])
def test_no_or_an_unknown_chapter_is_answered_with_a_sentence(
    client_of: ClientOf, printed: Printer, writer: User, plan: Plan, chosen: list[str]
) -> None:
    book_print = printed(thin(mark="pilih"), ("buku-1",))
    response = client_of(writer).get(url("chosen", book_print), {"bab": chosen}, follow=True)

    assert "Pilih sedikitnya satu bab" in response.content.decode()
