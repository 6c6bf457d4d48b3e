from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bimtek import commenting
from bimtek.models import Comment, Stage
from regions.access import PERMISSIONS, Permission, Role
from tests.bimtek.rows import access, make_item
from tests.factories import make_member

pytestmark = pytest.mark.django_db
BASE = "/daerah/kota-batam/2022/komentar/"


def said(**values) -> dict:
    return {"id": str(uuid4()), "tahap": "1", "bagian": "swot", "text": "Butir S2 belum berdasar data."} | values


def test_a_comment_keeps_who_said_it_in_which_role(plan, consultant):
    item = make_item(plan)
    comment = commenting.add(plan, Stage.PERSEPSI, "swot", "Datanya?", access=access(consultant, plan), row=item)
    assert (comment.row_id, comment.row_label, comment.by_name, comment.by_role) == (
        item.pk,
        "S1",
        str(consultant),
        "Konsultan",
    )
    assert list(commenting.of_place(plan, Stage.PERSEPSI, "swot", item.pk)) == [comment]
    assert list(commenting.of_place(plan, Stage.PERSEPSI, "strategi")) == []


@pytest.mark.parametrize("role", [role for role in Role if role != Role.MINISTRY])
def test_everybody_whose_role_says_so_may_comment(plan, client_of, role):
    client = client_of(make_member(plan.region, role))
    answer = client.post(f"{BASE}baru/", said())
    assert (answer.status_code, plan.comment_set.count()) == (
        (302, 1) if Permission.COMMENT in PERMISSIONS[role] else (403, 0)
    )


def test_the_verb_asks_the_permission_itself(plan, consultant):
    who = access(consultant, plan)
    who.__dict__["permissions"] = frozenset({Permission.VIEW})
    with pytest.raises(PermissionDenied):
        commenting.add(plan, Stage.PERSEPSI, "swot", "x", access=who)


def test_sent_twice_it_stays_one(plan, consultant, client_of):
    data, client = said(), client_of(consultant)
    for _ in range(2):
        client.post(f"{BASE}baru/", data)
    assert plan.comment_set.count() == 1


@pytest.mark.parametrize("text", ["", "   ", "a\x00b", "a" * 501, "a " * 2501])
def test_a_refused_comment_comes_back_with_its_text(plan, consultant, client_of, text):
    for htmx in ({}, {"HX-Request": "true"}):
        answer = client_of(consultant).post(f"{BASE}baru/", said(text=text), headers=htmx)
        assert answer.status_code == 422
        body = answer.content.decode()
        assert "invalid-feedback" in body
        assert text.strip().replace("\x00", "")[:400] in body.replace("\x00", "")
    assert not plan.comment_set.exists()


def test_htmx_gets_the_box_again_with_the_new_comment(plan, consultant, client_of):
    answer = client_of(consultant).post(f"{BASE}baru/", said(), headers={"HX-Request": "true"})
    body = answer.content.decode()
    assert "<html" not in body
    assert "Butir S2 belum berdasar data." in body
    assert body.count("<textarea") == 1


def test_without_script_it_leads_back_to_its_place(plan, consultant, client_of):
    item, client = make_item(plan), client_of(consultant)
    base = "/daerah/kota-batam/2022/tahap/1/"
    assert client.post(f"{BASE}baru/", said()).headers["Location"] == f"{base}swot/"
    assert client.post(f"{BASE}baru/", said(baris=str(item.pk))).headers["Location"] == f"{base}swot/{item.pk}/"
    assert client.post(f"{BASE}baru/", said(bagian="tahap")).headers["Location"] == base


@pytest.mark.parametrize("values", [{"tahap": "9"}, {"tahap": ""}, {"bagian": "tidak-ada"}, {"bagian": "komitmen"}])
def test_a_place_that_is_not_there_is_404(plan, consultant, client_of, values):
    assert client_of(consultant).post(f"{BASE}baru/", said(**values)).status_code == 404


def test_rows_and_comments_of_another_region_are_not_there(plan, consultant, stranger, stranger_region, client_of):
    other = stranger_region.plan_set.get()
    foreign = make_item(other)
    theirs = commenting.add(other, Stage.PERSEPSI, "swot", "x", access=access(stranger, other))
    client = client_of(consultant)
    assert client.post(f"{BASE}baru/", said(baris=str(foreign.pk))).status_code == 404
    assert client.post(f"{BASE}{theirs.pk}/", {"selesai": "1"}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.resolved_at is None


def test_comments_are_resolved_and_reopened(plan, consultant, writer, client_of):
    comment = commenting.add(plan, Stage.PERSEPSI, "swot", "Datanya?", access=access(consultant, plan))
    client = client_of(writer)
    client.post(f"{BASE}{comment.pk}/", {"selesai": "1"})
    comment.refresh_from_db()
    assert comment.resolved_by == writer
    assert not commenting.resolve(comment, access=access(consultant, plan))
    assert Comment.objects.get().resolved_by == writer

    assert "Datanya?" not in client.get(BASE).content.decode()
    assert "Datanya?" in client.get(f"{BASE}?keadaan=selesai").content.decode()
    client.post(f"{BASE}{comment.pk}/", {})
    comment.refresh_from_db()
    assert (comment.resolved_at, comment.resolved_by) == (None, None)


def test_the_list_is_narrowed_by_section(plan, consultant, client_of):
    who, client = access(consultant, plan), client_of(consultant)
    commenting.add(plan, Stage.PERSEPSI, "swot", "Tentang SWOT", access=who)
    commenting.add(plan, Stage.PROGRAM, "program", "Tentang program", access=who)
    text = client.get(f"{BASE}?bagian=2.program").content.decode()
    assert "Tentang program" in text
    assert "Tentang SWOT" not in text
    for odd in ("?bagian=x", "?bagian=9.swot", "?bagian=1.%00", "?keadaan=x", "?page=999"):
        assert client.get(f"{BASE}{odd}").status_code == 200, odd


def test_a_comment_is_text_and_never_markup(plan, consultant, client_of):
    commenting.add(plan, Stage.PERSEPSI, "swot", "<script>alert(1)</script>", access=access(consultant, plan))
    for address in (BASE, "/daerah/kota-batam/2022/tahap/1/swot/"):
        body = client_of(consultant).get(address).content.decode()
        assert "<script>alert" not in body
        assert "&lt;script&gt;alert(1)" in body


def test_the_list_costs_the_same_for_one_and_for_thirty(plan, consultant, client_of):
    client, who, counts = client_of(consultant), access(consultant, plan), []
    for more in (1, 24):
        for n in range(more):
            commenting.add(plan, Stage.PERSEPSI, "swot", f"Catatan {n}", access=who)
        with CaptureQueriesContext(connection) as caught:
            client.get(BASE)
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_a_long_text_is_refused_by_the_verb(plan, consultant):
    with pytest.raises(ValidationError, match="paling banyak 5000"):
        commenting.add(plan, Stage.PERSEPSI, "swot", "kata " * 1001, access=access(consultant, plan))
