"""Handing a table in as a person does, and saying what its columns mean."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from accounts.models import User
from bimtek.models import Plan, WorkbookImport
from regions import jobs


def handed_in(client: Client, who: User, plan: Plan, content: bytes) -> str:
    """Sends the file and has it looked at; the address of the upload."""
    client.force_login(who)
    where = reverse("bimtek:hand_in", args=[plan.region.slug, plan.enrolment.cohort.year])
    url = client.post(where, {"berkas": SimpleUploadedFile("tabel.xlsx", content)})["Location"]
    assert jobs.run_next()
    return str(url)


def table(rows: list[list[Any]], merged: tuple[str, ...] = ()) -> bytes:
    book, out = Workbook(), io.BytesIO()
    page = book.active
    for row in rows:
        page.append(row)
    for cells in merged:
        page.merge_cells(cells)
    book.save(out)
    return out.getvalue()


def matched(client: Client, url: str, **asked: Any) -> WorkbookImport:
    """Sends the screen's own suggestions, and what was asked for besides."""
    shown = client.get(f"{url}cocokkan/", asked).context["table"]
    body: dict[str, Any] = {"lembar": "0", "judul": shown.heading, "bagian": shown.sheet.key, "satuan": shown.unit}
    for head in shown.heads:
        body |= {f"k{head['number']}": head["name"], f"s{head['number']}": head["source"]}
    answer = client.post(f"{url}cocokkan/", body | asked)
    assert answer.status_code == 302, answer.context["refusal"]
    assert jobs.run_next()
    return WorkbookImport.objects.latest("created_at")
