"""Two people (or two tabs) in the same rows and fields at once: no typed word is lost, no row comes twice."""

import json
import random
import threading
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from bimtek.models import Gap, Plan, ProfileFact
from tests.bimtek.interleaving import Writer, interleave
from tests.bimtek.rows import make_row
from tests.bimtek.test_autosave import Tab
from tests.conftest import signed_in

BASE = "/daerah/kota-batam/2022/tahap/1/"


def two_rows(plan: Plan) -> list[Gap]:
    words = " ".join(f"awal{n}" for n in range(6))
    return [
        make_row(Gap, plan, sub_dimension="SG-1", present=f"{words} {n}x", cause=f"{words} {n}y", recommendation="")
        for n in "pq"
    ]


def meeting(plan: Plan, people: list[Any], seed: int, steps: int) -> int:
    Gap.objects.all().delete()
    rows, chance = two_rows(plan), random.Random(seed)
    for row in rows:  # the words of the start are told apart by row and field, like all others
        for field in ("present", "cause"):
            setattr(row, field, " ".join(f"{word}{str(row.pk)[:6]}{field}" for word in getattr(row, field).split()))
        row.save()
    writers = [
        Writer(name, Tab(who, f"{BASE}kesenjangan/simpan/"), rows, chance)
        for name, who in zip("ab", people, strict=True)
    ]
    return interleave(writers, rows, chance, steps)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_no_typed_word_is_lost_however_two_people_cross(plan, writer, head, seed):
    assert meeting(plan, [writer, head], seed, 40) > 5


@pytest.mark.django_db
def test_no_typed_word_is_lost_between_two_tabs_of_one_person(plan, writer):
    assert meeting(plan, [writer, writer], 77, 40) > 5


# --- the same message twice at once ----------------------------------------------------------------------------------
def at_once(deeds: list[Callable[[], Any]]) -> list[Any]:
    gate, results = threading.Barrier(len(deeds)), []

    def run(deed: Callable[[], Any]) -> None:
        try:
            gate.wait(20)
            results.append(deed())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(results) == len(deeds), "a request did not answer"
    return results


def sent_by_button(client: Client, pk: UUID, typed: dict[str, str]) -> bool:
    prefix = f"r{pk.hex[:8]}-"
    body = {"baris": str(pk), prefix + "version": "0"} | {prefix + name: value for name, value in typed.items()}
    return client.post(f"{BASE}profil/baru/", body).status_code == 302


def sent_by_itself(client: Client, person: User, tab: str, pk: UUID, typed: dict[str, str]) -> bool:
    fields = {name: {"base": "", "mine": value} for name, value in typed.items()}
    message = {"person": str(person.pk), "client": tab, "seq": 1, "row": str(pk), "new": True, "fields": fields}
    answer = client.post(f"{BASE}profil/simpan/", json.dumps(message), content_type="application/json").json()
    return answer.get("row") == str(pk) and not answer["is_new"] and set(answer["saved"]) == set(typed)


def double_submits(plan: Plan, person: User, pairs: int) -> None:
    """Each pair is one new row sent twice at the same moment: half by itself while typing, half with the button."""
    clients = [signed_in(person) for _ in range(2)]
    for n in range(pairs):
        pk, tab = uuid4(), str(uuid4())
        typed = {"group": "Geografi", "label": f"Data {n}", "value": str(n)}
        if n % 2:
            answers = at_once([partial(sent_by_button, client, pk, typed) for client in clients])
        else:
            answers = at_once([partial(sent_by_itself, client, person, tab, pk, typed) for client in clients])
        assert answers == [True, True]
    assert ProfileFact.objects.count() == pairs
    assert plan.change_set.count() == pairs
    assert set(ProfileFact.objects.values_list("version", flat=True)) == {1}


@pytest.mark.django_db(transaction=True)
def test_parallel_double_submits_make_one_row_each(plan, writer):
    double_submits(plan, writer, 20)


@pytest.mark.django_db(transaction=True)
def test_twenty_tabs_saving_one_field_at_once_lose_no_word(plan, writer):
    """One is stored, each of the others is merged or told both texts; nobody hears that all is well who is not stored."""
    row = make_row(Gap, plan, sub_dimension="SG-1", present="awal")
    tabs = [Tab(writer, f"{BASE}kesenjangan/simpan/") for _ in range(20)]
    answers = at_once(
        [lambda t=tab, n=n: (n, t.send(row, present=("awal", f"awal kata{n}"))) for n, tab in enumerate(tabs)]
    )

    row.refresh_from_db()
    told_saved = {n for n, answer in answers if answer.get("saved") == ["present"]}
    told_else = {
        n for n, answer in answers if "present" in answer.get("conflicts", {}) or answer.get("code") == "stale"
    }
    assert told_saved | told_else == set(range(20))
    assert {f"kata{n}" for n in told_saved} <= set(row.present.split())
    assert told_saved
