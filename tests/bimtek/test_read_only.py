"""What a person reads who may not write, and what a writer gets back whose stage was accepted meanwhile."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from bimtek.models import Plan, ProfileFact
from bimtek.models.review import Status
from tests.bimtek.rows import make_row

pytestmark = pytest.mark.django_db
LONG = "Pelabuhan Batu Ampar, Bandar Udara Hang Nadim, dan seluruh pulau penyangga di sekitarnya."


@pytest.fixture
def fact(plan: Plan) -> ProfileFact:
    return make_row(ProfileFact, plan, group="Geografi", label="Luas wilayah", value="1.034", source=LONG)


def accept(plan: Plan) -> None:
    plan.submission_set.update(status=Status.ACCEPTED)


def url_of(row: ProfileFact) -> str:
    return f"/daerah/{row.region.slug}/2022/tahap/1/profil/{row.pk}/"


def test_a_reader_reads_every_field_in_full_and_finds_no_form(
    fact: ProfileFact, consultant: User, client_of: Callable[..., Client]
) -> None:
    page = client_of(consultant).get(url_of(fact)).content.decode()

    assert f"<dd>{LONG.rstrip()}" in page
    assert "<dt>Tahun data</dt><dd>–</dd>" in page
    assert 'name="value"' not in page


def test_a_row_typed_while_its_stage_was_accepted_comes_back_with_the_reason(
    fact: ProfileFact, writer: User, client_of: Callable[..., Client]
) -> None:
    client = client_of(writer)
    form = client.get(url_of(fact)).context["form"]
    accept(fact.plan)
    typed = {"group": "Geografi", "label": "Luas wilayah", "value": "Angka yang baru saya ketik", "source": "BPS"}
    sent = {form.add_prefix(name): text for name, text in (typed | {"base": form.base}).items()}
    answer = client.post(url_of(fact), sent)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "tidak dapat diubah" in page
    assert "Angka yang baru saya ketik" in page
    fact.refresh_from_db()
    assert fact.value == "1.034"


def test_an_answer_typed_while_its_stage_was_accepted_comes_back_with_the_reason(
    plan: Plan, writer: User, client_of: Callable[..., Client]
) -> None:
    accept(plan)
    url = f"/daerah/{plan.region.slug}/2022/tahap/1/narasi-profil/"
    answer = client_of(writer).post(url, {"a-rpjmd-visi": "Visi yang baru saya ketik", "v-rpjmd-visi": "0"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "tidak dapat diubah" in page
    assert "Visi yang baru saya ketik" in page
    assert not plan.answer_set.exists()
