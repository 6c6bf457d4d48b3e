"""What one autosave costs beside a bare Django view that does one SELECT and one UPDATE. `python -m benchmarks.autosave`

Both go through Django's test client in one process on the same SQLite in a temporary folder, in turn, so that a busy machine
slows both. The bare view has no middleware at all; the second yardstick is the same view behind the site's own middleware
and sign-in, which is what any view of this site pays before it begins. Both the time on the clock and that of the processor
are told: the clock counts what else the machine did.
"""

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

ROUNDS = 200


def prepare(folder: Path) -> tuple[Any, Any]:
    """Django on an empty SQLite with a programme in it; returns the programme and its admin."""
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {"SMARTCITY_VAR": str(folder), "SMARTCITY_MODE": "embedded", "LOG_LEVEL": "ERROR"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "smartcity.settings"
    import django

    django.setup()
    from django.conf import settings

    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from regions.access import Role
    from tests.bimtek.rows import make_programme
    from tests.factories import make_member, make_opd, make_plan, make_region

    region = make_region()
    programme = make_programme(make_plan(region), opd=make_opd(region, "Dinas Kesehatan"), benefit="Awal.")
    return programme, make_member(region, Role.ADMIN)


def bare(request: Any, row: Any) -> Any:
    from django.http import JsonResponse

    from bimtek.models import Programme

    found = Programme.objects.get(pk=row)
    Programme.objects.filter(pk=row).update(benefit=json.loads(request.body)["text"])
    return JsonResponse({"row": str(found.pk)})


def milliseconds(deeds: list[Callable[[int], Any]]) -> list[tuple[float, float]]:
    """The median of each, run in turn: on the clock, and of the processor."""
    times: list[list[tuple[float, float]]] = [[] for _ in deeds]
    for n in range(ROUNDS):
        for at, deed in enumerate(deeds):
            begun, spent = time.perf_counter(), time.process_time()
            deed(n)
            times[at].append((1000 * (time.perf_counter() - begun), 1000 * (time.process_time() - spent)))
    return [
        (statistics.median(clock), statistics.median(cpu)) for clock, cpu in (zip(*each, strict=True) for each in times)
    ]


def queries(deed: Callable[[], Any]) -> int:
    """How many statements read or write rows; those that open and close a transaction aside."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        deed()
    return len([q for q in asked if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))])


def measure(programme: Any, admin: Any) -> None:
    from django.contrib.auth.decorators import login_required
    from django.test import Client, override_settings
    from django.urls import path

    from smartcity import urls

    urls.urlpatterns += [path("polos/<uuid:row>/", bare), path("polos-masuk/<uuid:row>/", login_required(bare))]
    client, alone = Client(SERVER_NAME="localhost"), Client(SERVER_NAME="localhost")
    client.force_login(admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    tab, said = str(uuid4()), ["Awal."]
    url = f"/daerah/{programme.region.slug}/2022/tahap/2/program/simpan/"

    def post(by: Any, address: str, body: Any) -> Any:
        answer = by.post(address, json.dumps(body), content_type="application/json")
        assert answer.status_code == 200, answer.content
        return answer

    def without_anything(n: int) -> None:
        post(alone, f"/polos/{programme.pk}/", {"text": said[-1]})

    def signed_in(n: int) -> None:
        post(client, f"/polos-masuk/{programme.pk}/", {"text": said[-1]})

    def autosave(n: int) -> None:
        edit = {"base": said[-1], "mine": f"Kalimat {n} untuk warga pulau."}
        message = {
            "person": str(admin.pk),
            "client": tab,
            "seq": n + 1,
            "row": str(programme.pk),
            "fields": {"benefit": edit},
        }
        assert post(client, url, message).json()["saved"] == ["benefit"]
        said.append(edit["mine"])

    with override_settings(MIDDLEWARE=[]):
        without_anything(0)  # a client keeps the middleware of its first request
    for deed in (signed_in, autosave):
        deed(0)  # warm
    counted = queries(lambda: autosave(1))
    plain, inside, saving = milliseconds([without_anything, signed_in, lambda n: autosave(n + 2)])
    print(f"kueri satu simpan otomatis, dengan pintunya: {counted}")
    for words, found in (
        ("polos, tanpa middleware", plain),
        ("polos, di balik pintu masuk", inside),
        ("simpan otomatis satu isian", saving),
    ):
        ratios = "  ".join(f"{found[0] / base[0]:.1f}× ({found[1] / base[1]:.1f}×)" for base in (plain, inside))
        print(f"{words:28} {found[0]:6.2f} ms, prosesor {found[1]:6.2f} ms   {ratios}")
    print("kelipatan: dari yang polos, lalu dari yang di balik pintu masuk; dalam kurung waktu prosesor")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        measure(*prepare(Path(folder)))
