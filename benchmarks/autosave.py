"""What one autosave costs beside a bare Django view that does one SELECT and one UPDATE. `python -m benchmarks.autosave`

Both go through Django's test client in one process on the same SQLite in a temporary folder, in turn, so that a busy machine
slows both. The bare view has no middleware at all; the second yardstick is the same view behind the site's own middleware
and sign-in, which is what any view of this site pays before it begins.
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


def milliseconds(deeds: list[Callable[[int], Any]]) -> list[float]:
    """The median of each, run in turn."""
    times: list[list[float]] = [[] for _ in deeds]
    for n in range(ROUNDS):
        for at, deed in enumerate(deeds):
            begun = time.perf_counter()
            deed(n)
            times[at].append(1000 * (time.perf_counter() - begun))
    return [statistics.median(found) for found in times]


def queries(deed: Callable[[], Any]) -> int:
    """How many statements read or write rows; those that open and close a transaction aside."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        deed()
    return len([q for q in asked if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))])


def measure(programme: Any, admin: Any) -> None:
    from django.conf import settings
    from django.contrib.auth.decorators import login_required
    from django.test import Client, override_settings
    from django.urls import path

    from smartcity import urls

    urls.urlpatterns += [path("polos/<uuid:row>/", bare), path("polos-masuk/<uuid:row>/", login_required(bare))]
    client = Client(SERVER_NAME="localhost")
    client.force_login(admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    tab, said = str(uuid4()), ["Awal."]
    url = f"/daerah/{programme.region.slug}/2022/tahap/2/program/simpan/"

    def post(address: str, body: Any) -> Any:
        answer = client.post(address, json.dumps(body), content_type="application/json")
        assert answer.status_code == 200, answer.content
        return answer

    def without_anything(n: int) -> None:
        with override_settings(MIDDLEWARE=[]):
            client.handler._middleware_chain = None
            post(f"/polos/{programme.pk}/", {"text": f"Kalimat {n}."})
        client.handler._middleware_chain = None

    def signed_in(n: int) -> None:
        post(f"/polos-masuk/{programme.pk}/", {"text": said[-1]})

    def autosave(n: int) -> None:
        edit = {"base": said[-1], "mine": f"Kalimat {n} untuk warga pulau."}
        message = {
            "person": str(admin.pk),
            "client": tab,
            "seq": n + 1,
            "row": str(programme.pk),
            "fields": {"benefit": edit},
        }
        assert post(url, message).json()["saved"] == ["benefit"]
        said.append(edit["mine"])

    def reset(n: int) -> None:
        type(programme)._default_manager.filter(pk=programme.pk).update(benefit=said[-1])

    assert settings.MIDDLEWARE
    for deed in (without_anything, reset, signed_in, autosave):
        deed(0)  # warm
    said.append("x")
    reset(0)
    counted = queries(lambda: autosave(ROUNDS + 1))
    plain, _, inside, saving = milliseconds([without_anything, reset, signed_in, lambda n: autosave(ROUNDS + 2 + n)])
    print(f"kueri satu simpan otomatis, dengan pintunya: {counted}")
    print(f"polos, tanpa middleware        {plain:6.2f} ms")
    print(f"polos, di balik pintu masuk    {inside:6.2f} ms")
    print(
        f"simpan otomatis satu isian     {saving:6.2f} ms  {saving / plain:.1f}× polos, {saving / inside:.1f}× di balik pintu masuk"
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        measure(*prepare(Path(folder)))
