"""The page "Buku": who may ask, what it shows, what it gives out."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from bimtek.models import Plan
from masterplan import issuing
from masterplan.models import BookPrint, FinishedBook
from regions.models import Job, Region
from tests.masterplan.test_printing import thin

ClientOf = Callable[[User | None], Client]


@pytest.fixture
def page(plan: Plan) -> str:
    return reverse("masterplan:books", args=[plan.region.slug, 2022])


@pytest.fixture
def asked(media: Path, plan: Plan, writer: User) -> BookPrint:
    return issuing.request_content(plan, thin(mark="halaman"), by=writer, books=("buku-1",))


def finish(book_print: BookPrint, media: Path) -> FinishedBook:
    """The book as if it had been bound."""
    data = b"%PDF-1.7 uji"
    sha256 = hashlib.sha256(data).hexdigest()
    (media / "books").mkdir(exist_ok=True)
    (media / "books" / f"{sha256}.pdf").write_bytes(data)
    Job.objects.update(state=Job.State.DONE)
    Job.objects.create(
        kind=issuing.BIND_JOB, subject=str(book_print.pk), region=book_print.region, state=Job.State.DONE
    )
    book_print.units.update(pages=4)
    return FinishedBook.objects.create(
        region=book_print.region, book_print=book_print, book="buku-1", title="Buku 1 Kota Batam", name="buku-1-kota-batam.pdf",
        path=f"books/{sha256}.pdf", sha256=sha256, pages=12, bytes=len(data),
    )  # fmt: skip


def test_an_empty_page_offers_the_first_print(client_of: ClientOf, writer: User, page: str) -> None:
    html = client_of(writer).get(page).content.decode()

    assert "Cetak semua buku" in html
    assert "Analisis Strategis Smart City Daerah" in html


def test_those_who_may_not_print_see_no_button(client_of: ClientOf, council: User, page: str) -> None:
    html = client_of(council).get(page).content.decode()

    assert "Cetak semua buku" not in html
    assert "Belum ada buku" in html


def test_asking_freezes_the_plan_and_starts_one_job_a_chapter(
    client_of: ClientOf, settings: Any, tmp_path: Path, writer: User, plan: Plan, page: str
) -> None:
    settings.MEDIA_ROOT = tmp_path  # a store of its own: no chapter is there yet
    response = client_of(writer).post(reverse("masterplan:print", args=[plan.region.slug, 2022]), {"buku": "buku-1"})

    assert response.status_code == 302
    book_print = BookPrint.objects.get()
    assert book_print.created_by == writer
    assert book_print.content["books"][0]["code"] == "buku-1"
    assert Job.objects.filter(kind=issuing.CHAPTER_JOB).count() == book_print.units.count() > 3


def test_an_unknown_book_is_answered_with_a_sentence(client_of: ClientOf, writer: User, plan: Plan) -> None:
    response = client_of(writer).post(
        reverse("masterplan:print", args=[plan.region.slug, 2022]), {"buku": "\x00buku"}, follow=True
    )

    assert response.status_code == 200
    assert "tidak dikenal" in response.content.decode()
    assert not BookPrint.objects.exists()


def test_the_card_asks_again_only_while_the_print_is_under_way(
    client_of: ClientOf, media: Path, writer: User, asked: BookPrint, page: str
) -> None:
    card = reverse("masterplan:progress", args=[asked.region.slug, 2022, asked.pk])
    client = client_of(writer)
    running = client.get(card).content.decode()
    finish(asked, media)
    done = client.get(card).content.decode()

    assert re.search(r"Bagian [1-4] dari 6", running)  # cover, stamp and tabs may be there already
    assert 'hx-trigger="every 2s"' in running
    assert "Batalkan" in running
    assert "hx-get" not in done
    assert "12 halaman" in done
    assert "Unduh" in done


def test_a_failure_is_shown_with_its_chapter_and_can_be_repeated(
    client_of: ClientOf, writer: User, asked: BookPrint, page: str
) -> None:
    first = Job.objects.order_by("created_at")[0]
    Job.objects.update(state=Job.State.DONE)
    Job.objects.filter(pk=first.pk).update(state=Job.State.FAILED, failure="Tabelnya terlalu besar.")
    html = client_of(writer).get(page).content.decode()

    assert "Tabelnya terlalu besar." in html
    assert asked.units.get(pk=first.subject).title in html
    assert "Ulangi" in html


def test_a_book_is_downloaded_as_an_attachment_by_everybody_who_may_read_the_plan(
    client_of: ClientOf, media: Path, council: User, asked: BookPrint
) -> None:
    book = finish(asked, media)
    response = client_of(council).get(reverse("masterplan:download", args=[asked.region.slug, 2022, book.pk]))

    assert b"".join(response.streaming_content) == b"%PDF-1.7 uji"  # type: ignore[attr-defined]
    assert response["Content-Disposition"] == 'attachment; filename="buku-1-kota-batam.pdf"'
    assert response["Content-Type"] == "application/pdf"


def test_a_book_whose_file_is_gone_is_not_found(
    client_of: ClientOf, media: Path, writer: User, asked: BookPrint
) -> None:
    book = finish(asked, media)
    (media / book.path).unlink()

    assert (
        client_of(writer).get(reverse("masterplan:download", args=[asked.region.slug, 2022, book.pk])).status_code
        == 404
    )


def test_another_regions_print_and_book_are_not_found(
    client_of: ClientOf, media: Path, stranger: User, stranger_region: Region, asked: BookPrint
) -> None:
    """The stranger's own region in the URL, Batam's ids behind it."""
    book = finish(asked, media)
    client = client_of(stranger)
    base = [stranger_region.slug, 2022]

    assert client.get(reverse("masterplan:download", args=[*base, book.pk])).status_code == 404
    assert client.get(reverse("masterplan:progress", args=[*base, asked.pk])).status_code == 404
    assert client.post(reverse("masterplan:cancel", args=[*base, asked.pk])).status_code == 404
    assert client.post(reverse("masterplan:retry", args=[*base, asked.pk])).status_code == 404
    assert client.get(reverse("masterplan:books", args=[asked.region.slug, 2022])).status_code == 404
    asked.refresh_from_db()
    assert asked.cancelled_at is None


def test_readers_may_not_ask_cancel_or_repeat(client_of: ClientOf, council: User, asked: BookPrint) -> None:
    client = client_of(council)
    base = [asked.region.slug, 2022]

    assert client.post(reverse("masterplan:print", args=base)).status_code == 403
    assert client.post(reverse("masterplan:cancel", args=[*base, asked.pk])).status_code == 403
    assert client.post(reverse("masterplan:retry", args=[*base, asked.pk])).status_code == 403


def test_the_page_asks_as_few_queries_for_many_prints_as_for_one(
    client_of: ClientOf, writer: User, asked: BookPrint, page: str
) -> None:
    client = client_of(writer)
    client.get(page)
    with CaptureQueriesContext(connection) as one:
        client.get(page)
    BookPrint.objects.bulk_create(
        BookPrint(region=asked.region, plan=asked.plan, content={}, sha256=f"{n:064}", books=["buku-1"])
        for n in range(12)
    )
    with CaptureQueriesContext(connection) as many:
        html = client.get(page).content.decode()

    assert "Halaman 1 dari 2" in html
    assert len(many) == len(one)


@pytest.mark.parametrize("chart", ["kesiapan", "swot", "anggaran", "sumber", "jangka", "peta-jalan"])
def test_charts_of_an_empty_plan_say_so_or_draw_without_style(
    client_of: ClientOf, writer: User, plan: Plan, chart: str
) -> None:
    response = client_of(writer).get(reverse("masterplan:chart", args=[plan.region.slug, 2022, chart]))
    html = response.content.decode()

    assert response.status_code == 200
    assert "Belum ada data" in html or "<svg" in html
    assert "style=" not in html


def test_an_unknown_chart_is_not_found(client_of: ClientOf, writer: User, plan: Plan) -> None:
    assert client_of(writer).get(reverse("masterplan:chart", args=[plan.region.slug, 2022, "apa"])).status_code == 404
