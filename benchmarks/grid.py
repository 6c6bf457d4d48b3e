"""The grid's first paint with 400 programmes beside that of an empty grid page. `python -m benchmarks.grid`

A server of its own on SQLite in a temporary folder, one Chromium; the pages of two regions are opened in turn, so that a
busy machine slows both. Time runs from the navigation to the mark that the grid sets when its first rows stand there.
Then, with all 40 columns in sight, it scrolls through the rows, presses keys and fills cells, and tells how long each
took until it stood on the screen; "nothing" is what a frame takes by itself (Chromium draws sixty a second: 17 ms).
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from tests.services import free_port

ROUNDS = 15
PROGRAMMES = 400
MARK = "() => performance.getEntriesByName('kisi')[0]?.startTime || 0"
SHOWN = """async () => {  // milliseconds from a deed to the end of the frame that shows it, all of them sorted
    const frame = () => new Promise((go) => requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => go();
        port2.postMessage(0);
    }));
    window.took = async (deeds) => {
        const times = [];
        for (const deed of deeds) {
            await frame();
            const begun = performance.now();
            deed();
            await frame();
            times.push(performance.now() - begun);
        }
        times.sort((a, b) => a - b);
        return [times[Math.floor(times.length / 2)], times[Math.floor(times.length * 0.95)], times.length];
    };
}"""
NOTHING = "() => took(Array.from({ length: 60 }, () => () => {}))"
SCROLL = """() => {
    const wrap = document.querySelector('[data-grid]');
    const steps = Math.floor(wrap.scrollHeight / 120);
    return took(Array.from({ length: steps }, (_, n) => () => { wrap.scrollTop = 120 * n; }));
}"""
KEYS = """() => {
    const press = (key) => () => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    Kisi.go(200, 10);
    return took(Array.from({ length: 120 }, (_, n) => press(['ArrowDown', 'ArrowRight', 'ArrowUp', 'PageDown', 'ArrowLeft', 'ArrowDown'][n % 6])));
}"""
TYPE = """() => {
    const cell = (n) => () => { Kisi.go(20 + n, 3, { focus: false }); Kisi.edit('x'); Kisi.stopEditing(true); };  // three deeds at once
    return took(Array.from({ length: 40 }, (_, n) => cell(n)));
}"""

DEEDS = (("tanpa apa-apa", NOTHING), ("menggulir", SCROLL), ("tombol", KEYS), ("mengisi sel", TYPE))


def prepare(folder: Path) -> str:
    """Two regions, one with programmes; returns the session of a person who may look at both."""
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {
        "SMARTCITY_VAR": str(folder),
        "SMARTCITY_MODE": "embedded",
        "LOG_LEVEL": "ERROR",
        "SMARTCITY_DEBUG": "1",
    }
    os.environ["DJANGO_SETTINGS_MODULE"] = "smartcity.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    from regions.access import Role
    from tests.factories import make_member, make_plan, make_region

    full, empty = make_region(), make_region("12.72", "Pematangsiantar")
    person = make_member(full, Role.ADMIN)
    make_member(empty, Role.ADMIN, user=person)
    make_plan(empty)
    fill(make_plan(full))
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies["sessionid"].value


def fill(plan: Any) -> None:
    from bimtek.models import BudgetLine, Programme
    from tests.factories import make_opd

    offices = [make_opd(plan.region, f"Dinas Urusan {n}") for n in range(40)]
    where = {"plan": plan, "region": plan.region}
    rows = Programme.objects.bulk_create(
        Programme(
            **where, code=f"SG-1.{n:03}", sub_dimension=f"SG-{n % 3 + 1}", name=f"Program layanan warga nomor {n}",
            benefit="Warga menyelesaikan urusan dari rumah tanpa antre. " * 3, opd=offices[n % 40], priority=n % 3 + 1,
            start_year=2022, end_year=2031, output="Layanan berjalan di semua kecamatan.", location="Seluruh kecamatan",
        )
        for n in range(PROGRAMMES)
    )  # fmt: skip
    BudgetLine.objects.bulk_create(
        BudgetLine(**where, programme=row, year=year, source="apbd", amount=1_250_000_000 + year)
        for row in rows
        for year in range(2022, 2032)
    )


def serve() -> tuple[subprocess.Popen[bytes], str]:
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "manage.py", "runserver", f"127.0.0.1:{port}", "--noreload"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    for _ in range(120):
        try:
            urllib.request.urlopen(f"{url}/akun/masuk/").close()
            return server, url
        except OSError:
            time.sleep(0.5)
    raise RuntimeError("The server did not start.")


def first_paint(page: Any, url: str) -> float:
    page.goto(url)
    page.wait_for_selector("[data-grid][data-ready]")
    found: float = page.evaluate(MARK)
    assert found > 0
    return found


def timed(page: Any, deed: str) -> tuple[list[float], float]:
    """[median, 95th percentile, count], and milliseconds that the page's main thread computed for each."""
    line = page.context.new_cdp_session(page)
    line.send("Performance.setTimeDomain", {"timeDomain": "threadTicks"})
    line.send("Performance.enable")

    def computed() -> float:
        metrics = line.send("Performance.getMetrics")["metrics"]
        return 1000 * next(float(one["value"]) for one in metrics if one["name"] == "TaskDuration")

    before = computed()
    found: list[float] = page.evaluate(deed)
    spent = (computed() - before) / found[2]
    line.detach()
    return found, spent


def show(what: str, found: list[float], spent: float) -> None:
    middle, slow, count = found
    print(f"  {what:14} {middle:6.1f} ms, 95 % di bawah {slow:6.1f} ms, utas utama {spent:5.1f} ms ({count:.0f} kali)")


def measure(session: str) -> None:
    from playwright.sync_api import sync_playwright

    from tests.programs import chromium_path

    server, url = serve()
    grids = [f"{url}/daerah/{slug}/2022/tahap/2/program/kisi/" for slug in ("kota-pematangsiantar", "kota-batam")]
    try:
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page(viewport={"width": 1366, "height": 768})
            page.context.add_cookies([{"name": "sessionid", "value": session, "url": url}])
            times: list[list[float]] = [[first_paint(page, grid) for grid in grids] for _ in range(ROUNDS + 2)][2:]
            empty, full = (statistics.median(each) for each in zip(*times, strict=True))
            print(f"kisi kosong                  {empty:7.0f} ms sampai baris pertama tampak")
            print(f"kisi {PROGRAMMES} program             {full:7.0f} ms  {full / empty:.2f}× kosong")
            page.evaluate(
                "Kisi.choose(new Set(Kisi.columns.map((column) => column.key))); Kisi.drawHead(); Kisi.redraw();"
            )
            columns = page.evaluate("Kisi.shown.length")
            page.route(
                "**/kisi/simpan/", lambda route: route.abort()
            )  # the page's own work is measured, not the server's
            page.evaluate(SHOWN)
            print(f"\n{PROGRAMMES} × {columns}: dari tindakan sampai tampak, dan utas utama halaman saja")
            for what, deed in DEEDS:
                show(what, *timed(page, deed))
            browser.close()
    finally:
        server.terminate()
        server.wait(20)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        measure(prepare(Path(folder)))
