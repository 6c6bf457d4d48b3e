"""Covers: three designs in the region's own colour, chosen in its settings and looked at before printing."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from bimtek.models import Plan
from masterplan import colours, pages
from masterplan.compose.edition import edition
from masterplan.compose.material import gather
from regions import places
from regions.models import Region
from tests.masterplan import sample

DESIGNS = Region.Cover.values


def cover(**changes: object) -> str:
    return pages.cover_html(
        sample.edition(**changes), title="Analisis Strategis", subtitle="", number="Buku 1", code="c", books=[]
    )


@pytest.mark.parametrize("design", DESIGNS)
def test_a_cover_wears_its_design_and_the_colour_of_the_region(design: str) -> None:
    html = cover(cover=design, accent="#7a1f3d")

    assert f'class="cover cover-{design}"' in html
    assert "#7a1f3d" in html
    assert all(
        f">{code}</span>" in html for code in ("SG", "SB", "SE", "SL", "SS", "SV")
    )  # a grey print names them too


def test_a_design_that_nobody_drew_is_the_usual_one() -> None:
    assert 'class="cover cover-pita"' in cover(cover="emas")


@pytest.mark.parametrize("colour", ["#ffff00", "#9fb8bb", "red", "#0b6e4f;}", ""])
def test_a_colour_on_which_white_cannot_be_read_is_not_printed(colour: str) -> None:
    assert colours.accent(colour) == colours.DEFAULT
    assert places.contrast_with_white(colours.DEFAULT) >= places.MIN_CONTRAST


def test_tints_are_mixed_and_not_transparent() -> None:
    assert colours.mixed("#000000", "#ffffff", 0.5) == "#808080"
    assert colours.mixed("#0b4f5a", "#ffffff", 0) == "#0b4f5a"


@pytest.mark.django_db
def test_the_edition_carries_the_design_and_who_may_read_it(plan: Plan) -> None:
    Region.objects.filter(pk=plan.region_id).update(cover="garis", accent="#7a1f3d")
    found = edition(gather(Plan.objects.get(pk=plan.pk)))

    assert (found.cover, found.accent, found.classification) == (
        "garis",
        "#7a1f3d",
        "Terbatas: untuk penyusun dan pereviu",
    )


@pytest.mark.django_db
def test_the_settings_offer_the_designs_and_refuse_another(
    region: Region, writer: User, client_of: Callable[..., Client]
) -> None:
    client, url = client_of(writer), f"/daerah/{region.slug}/pengaturan/"
    form = {"time_zone": region.time_zone, "cover": "bidang", "accent": "#7a1f3d", "version": region.version}
    page = client.get(url).content.decode()
    refused = client.post(url, form | {"cover": "emas"})
    saved = client.post(url, form)

    assert len(re.findall(r'name="cover"', page)) == len(DESIGNS)
    assert page.count('role="img" aria-label="Rancangan') == len(DESIGNS)
    assert refused.status_code == 200
    assert saved.status_code == 302
    assert Region.objects.get(pk=region.pk).cover == "bidang"


@pytest.mark.django_db
@pytest.mark.slow
def test_a_cover_is_looked_at_as_a_pdf(
    plan: Plan, media: object, writer: User, client_of: Callable[..., Client]
) -> None:
    client, base = client_of(writer), f"/daerah/{plan.region.slug}/{plan.enrolment.cohort.year}/buku/sampul"
    answer = client.get(f"{base}/garis.pdf")

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert client.get(f"{base}/emas.pdf").status_code == 404
