"""What a row's form lets people choose: rows of its own plan and nothing else."""

from typing import Any

import pytest
from django import forms

from bimtek import writing
from bimtek.models import Gap, Objective, Programme, Row, Signatory
from bimtek.sections import BY_KEY, Section
from tests.bimtek.rows import access, make_item, make_programme, make_row
from tests.conftest import signed_in
from tests.factories import make_plan

pytestmark = pytest.mark.django_db
SECTIONS = [section for section in BY_KEY.values() if section.parent == ""]


def choices_of_rows(section: Section, plan: Any, writer: Any) -> dict[str, Any]:
    form = section.form(instance=section.model(plan=plan, region=plan.region), plan=plan, access=access(writer, plan))
    found: dict[str, Any] = {
        name: field.queryset for name, field in form.fields.items() if isinstance(field, forms.ModelChoiceField)
    }
    return {name: queryset for name, queryset in found.items() if issubclass(queryset.model, Row)}


def test_rows_of_an_earlier_plan_or_another_region_are_no_choice(plan, stranger_region, writer):
    asked = 0
    for here in (plan, make_plan(plan.region, cohort=2017), stranger_region.plan_set.get()):
        make_programme(here)
        make_item(here, "S")
        for model in {queryset.model for one in SECTIONS for queryset in choices_of_rows(one, plan, writer).values()}:
            if not model.objects.filter(plan=here).exists():
                make_row(model, here)
    for section in SECTIONS:
        for name, queryset in choices_of_rows(section, plan, writer).items():
            asked += 1
            assert {row.plan_id for row in queryset} <= {plan.pk}, (section.key, name)
            assert queryset.model.objects.exclude(plan=plan).count() >= 2, "somebody else has some too"
    assert asked >= 5


@pytest.mark.parametrize("whose", ["earlier", "stranger"])
def test_the_id_of_such_a_row_is_refused_beside_its_field(plan, stranger_region, writer, whose):
    there = make_plan(plan.region, cohort=2017) if whose == "earlier" else stranger_region.plan_set.get()
    foreign = make_row(Objective, there, dimension="SG", text="Sasaran orang lain")
    mine = make_programme(plan)
    url = f"/daerah/kota-batam/2022/tahap/2/program/{mine.pk}/"
    prefix = f"r{mine.pk.hex[:8]}-"
    body = {"code": mine.code, "sub_dimension": "SG-1", "name": mine.name, "kind": mine.kind, "version": "1"}
    answer = signed_in(writer).post(
        url, {f"{prefix}{name}": value for name, value in (body | {"objective": str(foreign.pk)}).items()}
    )
    assert answer.status_code == 422
    assert "objective" in answer.context["form"].errors
    assert "Sasaran orang lain" not in answer.content.decode()
    assert Programme.objects.get(pk=mine.pk).objective is None


def test_pages_with_personal_numbers_are_kept_by_no_browser_and_fetched_by_none_ahead(plan, writer):
    signer = make_row(Signatory, plan, name="Kepala Dinas", position_title="Kepala", nip="198001012005011001")
    gap = make_row(Gap, plan)
    plan.submission_set.filter(stage__lt=4).update(status="accepted")
    browser = signed_in(writer)
    base = "/daerah/kota-batam/2022/"
    answer = browser.get(f"{base}tahap/4/penanda-tangan/{signer.pk}/")
    assert signer.nip in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert "no-store" not in browser.get(f"{base}tahap/1/kesenjangan/{gap.pk}/").get("Cache-Control", "")
    writing.change(signer, access=access(writer, plan), version=signer.version)
    ahead = [page["url"] for page in browser.get(f"{base}luring/").json()["pages"]]
    assert f"{base}tahap/4/penanda-tangan/" in ahead
    assert not [url for url in ahead if str(signer.pk) in url]


def test_lists_with_personal_numbers_do_not_show_them(plan, writer):
    signer = make_row(Signatory, plan, name="Kepala Dinas", nip="198001012005011001")
    for page in ("", "kisi/"):
        shown = signed_in(writer).get(f"/daerah/kota-batam/2022/tahap/4/penanda-tangan/{page}").content.decode()
        assert "Kepala Dinas" in shown
        assert signer.nip not in shown
