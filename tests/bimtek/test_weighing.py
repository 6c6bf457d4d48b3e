"""Normalkan: the weights of each side of the region's SWOT brought to 1.00, as one act."""

from decimal import Decimal as D
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from bimtek import weighing, writing
from bimtek.models import Change, Plan, Status, SwotItem
from tests.bimtek.rows import access, make_row
from tests.conftest import signed_in

PAGE = "/daerah/kota-batam/2022/tahap/1/swot/"
DEED = "/daerah/kota-batam/2022/swot/normalkan/"


@pytest.fixture
def weighted(plan: Plan) -> Plan:
    """Internal weights sum to 0.8 and external ones to 1.0; one item has no weight, one is of a dimension only."""
    plan.swot_weighted = True
    plan.save()
    for number, (quadrant, weight) in enumerate((("S", "0.5"), ("W", "0.3"), ("O", "0.6"), ("T", "0.4")), start=1):
        make_row(SwotItem, plan, quadrant=quadrant, number=number, text="Butir", weight=D(weight), rating=3)
    make_row(SwotItem, plan, quadrant="S", number=8, text="Belum dibobot")
    make_row(SwotItem, plan, quadrant="S", number=9, text="Milik dimensi", scope="SG", weight=D("0.2"), rating=1)
    return plan


def weights(plan: Plan) -> list[Any]:
    return list(plan.swotitem_set.order_by("number").values_list("weight", flat=True))


def test_a_side_that_does_not_sum_to_one_keeps_its_proportions(weighted, writer):
    act = weighing.normalise(weighted, access=access(writer, weighted))

    assert weights(weighted) == [D("0.625"), D("0.375"), D("0.600"), D("0.400"), None, D("0.200")]
    assert Change.objects.filter(act=act).count() == 2
    assert writing.undo(weighted, act, access=access(writer, weighted)) == 2
    assert weights(weighted)[:2] == [D("0.500"), D("0.300")]


def test_what_sums_to_one_is_left_alone(weighted, writer):
    weighing.normalise(weighted, access=access(writer, weighted))
    assert weighing.normalise(weighted, access=access(writer, weighted)) is None


def test_operators_and_accepted_stages_are_refused(weighted, writer, operator):
    with pytest.raises(PermissionDenied):
        weighing.normalise(weighted, access=access(operator, weighted))
    weighted.submission_set.filter(stage=1).update(status=Status.ACCEPTED)
    with pytest.raises(ValidationError):
        weighing.normalise(weighted, access=access(writer, weighted))
    assert weights(weighted)[0] == D("0.500")


def test_the_button_shows_while_it_has_something_to_do_and_offers_to_undo(weighted, writer, council):
    client = signed_in(writer)
    assert "Normalkan bobot" in client.get(PAGE).text
    assert "Normalkan bobot" not in signed_in(council).get(PAGE).text

    page = client.post(DEED, follow=True).text

    assert "berjumlah 1,00 pada tiap sisi" in page
    assert "/urungkan/" in page
    assert "Normalkan bobot" not in page
