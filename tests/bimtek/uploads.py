"""Handing a table in as a person does."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bimtek.models import Plan
from regions import jobs


def handed_in(client: Client, who: User, plan: Plan, content: bytes) -> str:
    """Sends the file and has it looked at; the address of the upload."""
    client.force_login(who)
    where = reverse("bimtek:hand_in", args=[plan.region.slug, plan.enrolment.cohort.year])
    url = client.post(where, {"berkas": SimpleUploadedFile("tabel.xlsx", content)})["Location"]
    assert jobs.run_next()
    return str(url)
