"""What reviewers keep to themselves stands in no file that a region can take away: books with all they carry, archives, papers."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest

from bimtek import assessing, threads, workflow
from bimtek.anchors import Anchor
from bimtek.models import Answer, Indicator, Plan, RegionArchive, Stage, Status
from masterplan import issuing
from masterplan.models import FinishedBook
from tests.bimtek.rows import access, make_full_programme, make_row
from tests.conftest import signed_in
from tests.masterplan.archives import run_waiting
from tests.masterplan.conftest import run_jobs

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
SECRET, OPEN, BASE = "Rahasia-antarpereviu-51c8", "Terbuka bagi daerah", "/daerah/kota-batam/2022/"
QUESTION = "penjelasan-visi"
PAPERS = (
    "excel/unduh/", "lampiran-perubahan/2.pdf?dari=sekarang", "matriks-tanggapan/2.pdf", "matriks-tanggapan/2.xlsx",
    "konsistensi.pdf", "keterkaitan.pdf",
)  # fmt: skip
CONTROLS = {"matriks-tanggapan/2.pdf": OPEN, "matriks-tanggapan/2.xlsx": OPEN, "excel/unduh/": "Layanan daring"}


def texts(content: bytes) -> Iterator[str]:
    """Everything that a file says: of a PDF its pages, metadata and attachments, of a package each of its members."""
    if content.startswith(b"%PDF-"):
        reader = pypdf.PdfReader(io.BytesIO(content))
        yield "".join("".join(page.extract_text() for page in reader.pages).split())
        yield f"{reader.metadata} {reader.outline}"
        for kept in reader.attachments.values():
            for each in kept:
                yield from texts(each)
    elif zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for name in package.namelist():
                yield name
                yield from texts(package.read(name))
    yield content.decode(errors="replace")


def says(content: bytes, words: str) -> bool:
    return any(words in text or words.replace(" ", "") in text for text in texts(content))


@pytest.fixture
def whispered(plan: Plan, kominfo: Any, head: Any, consultant: Any, ministry: Any) -> Plan:
    """A stage under review with notes at every kind of place, and a score with a note."""
    plan.submission_set.filter(stage=1).update(status=Status.ACCEPTED)
    programme = make_full_programme(plan, opd=kominfo)
    make_row(Answer, plan, key=QUESTION, text="<p>Layanan masih tatap muka di pulau.</p>")
    workflow.submit(plan.submission_set.get(stage=2), access=access(head, plan), gaps=["x"], reason="Dibahas")
    who, indicator = access(consultant, plan), Indicator.objects.get(plan=plan)
    for place in (
        Anchor(Stage.PROGRAM), Anchor(Stage.PROGRAM, "program"), Anchor(Stage.PROGRAM, "program", programme, "name"),
        Anchor(Stage.PROGRAM, "indikator", indicator, "target_2023"),
        Anchor(Stage.PROGRAM, "narasi-visi", None, QUESTION, "masih tatap muka"),
    ):  # fmt: skip
        note = threads.begin(plan, place, SECRET, access=who, private=True, called=[ministry], assignee=ministry)
        threads.reply(note, SECRET, access=access(ministry, plan))
        threads.begin(plan, place, OPEN, access=who)
    stage = plan.submission_set.get(stage=2)
    scores = {row.code: 3 for row in assessing.criteria(stage)}
    assessing.assess(stage, scores, note=SECRET, agrees=True, access=who)
    return plan


def test_no_file_that_the_region_takes_away_holds_a_private_word(
    whispered: Plan, writer: Any, consultant: Any, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    run_jobs(issuing.request(whispered, by=None, books=["buku-2"]))
    client, reviewer = signed_in(writer), signed_in(consultant)
    for asking in (client, signed_in(consultant)):
        asking.post(f"{BASE}arsip/buat/", {"catatan": "1"})
    run_waiting()
    archive = RegionArchive.objects.get()
    books = [f"{BASE}buku/unduh/{book.pk}/" for book in FinishedBook.objects.all()]
    papers = [f"{BASE}{name}" for name in PAPERS]
    for path in (*books, f"{BASE}arsip/{archive.pk}/unduh/", *papers):
        answer: Any = client.get(path)
        assert answer.status_code == 200, path
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert len(content) > 1000, path
        assert not says(content, SECRET), path
        assert says(content, CONTROLS.get(path.removeprefix(BASE), "Batam")), path
    assert books
    assert says(reviewer.get(f"{BASE}komentar/?keadaan=semua").content, SECRET)
