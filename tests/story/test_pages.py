"""Every page of the product in Chromium, on a region that is filled: laptop and phone, axe, keyboard, no foreign request."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.management import call_command
from django.urls import resolve, reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from bimtek import assessing, packets, threads, workflow
from bimtek.anchors import Anchor
from bimtek.framework import framework
from bimtek.models import Ceiling, Enrolment, Move, Plan, Stage, Status, WorkbookImport
from bimtek.sections import BY_KEY, Section, sections_of
from bimtek.views.grid import has_grid
from masterplan.models import BookPrint, FinishedBook
from regions import files, guests, people
from regions.access import Role, access_of
from regions.models import GuestPass, Invitation, Membership, Opd, Region
from tests.conftest import signed_in
from tests.factories import make_member, make_region, make_user
from tests.routes import ROUTES, uploaded
from tests.test_conventions import ALL
from tests.watching import Watch

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db]

LAPTOP: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}
COHORT = 2022
PATIENCE = 90_000  # milliseconds, for a machine that does much else
TOKEN = "undangan-untuk-halaman-ini"
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

NO_PAGES = {name for name, route in ROUTES.items() if "GET" not in route.methods} | {
    # parts of pages, files, machine answers
    "alive", "ready", "bimtek:panel", "masterplan:chart", "masterplan:progress", "masterplan:download", "bimtek:file",
    "masterplan:attendance_pdf", "masterplan:minutes_pdf", "masterplan:matrix_pdf", "masterplan:matrix_xlsx",
    "masterplan:changes_pdf", "masterplan:consistency_pdf", "masterplan:trace_pdf", "masterplan:cover", "masterplan:chosen",
    "masterplan:archive", "bimtek:workbook", "bimtek:noted", "bimtek:grid_rows", "bimtek:audit_export",
    "ministry:audit_export", "bimtek:earlier", "masterplan:preview_book", "masterplan:preview_pages", "masterplan:preview_source", "bimtek:offline_forms", "service_worker", "static_test",
    # a link out of a letter, shown in tests/accounts
    "account_reset_password_from_key", "account_set_password",
}  # fmt: skip


@dataclass
class Site:
    """The running site with the example region, opened for writing again, and its people by role."""

    url: str
    plan: Plan
    people: dict[str, User]
    cookies: dict[str, Any]

    @property
    def region(self) -> Region:
        return self.plan.region


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any, quick_settings: None) -> Iterator[Site]:
    """Loaded once for this module: the tests here only look."""
    with django_db_blocker.unblock():
        server = LiveServer("localhost")
        try:
            yield furnished(server.url)
        finally:
            server.stop()
            call_command("flush", interactive=False, verbosity=0)


def furnished(url: str) -> Site:
    call_command("load_reference", verbosity=0)
    call_command("load_example", "batam-2022", verbosity=0)
    plan = Plan.objects.select_related("region", "enrolment__cohort").get(enrolment__cohort__year=COHORT)
    held = Membership.objects.filter(region=plan.region).select_related("user")
    seated: dict[str, User] = {one.role: one.user for one in held}
    seated[Role.MINISTRY] = User.objects.get(is_ministry=True)
    scored(plan, [seated[Role.CONSULTANT], make_member(plan.region, Role.CONSULTANT)])
    reopen(plan, seated)
    consultant = access_of(seated[Role.CONSULTANT], plan.region)
    assert consultant
    item = plan.swotitem_set.first()
    threads.begin(plan, Anchor(Stage.PERSEPSI, "swot", item, "text"), "Mohon sumbernya.", access=consultant, kind="kurang",
                  wording="Kata-kata yang lebih tepat")  # fmt: skip
    two_regions = make_user("Dua Daerah")
    for place in (plan.region, make_region("82.06", "Halmahera Timur", "kabupaten")):
        Membership.objects.create(region=place, user=two_regions, role=Role.COUNCIL)
    seated["two"] = two_regions
    Opd.objects.create(region=plan.region, name="Kantor Lama", active=False)
    Ceiling.objects.create(region=plan.region, plan=plan, year=2023, source="apbd", amount=95_000_000_000)
    uploaded(plan, seated[Role.ADMIN])
    strange(plan, seated[Role.ADMIN])
    letter = people.invite(plan.region, email="calon@contoh.id", role=Role.LEADER, by=seated[Role.MINISTRY])
    Invitation.objects.filter(pk=letter.pk).update(token_sha256=people.digest(TOKEN))
    packets_given(plan, seated)
    printed_twice(plan)
    cookies = {role: signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value for role, user in seated.items()}
    return Site(url, plan, seated, cookies)


def scored(plan: Plan, reviewers: list[User]) -> None:
    """Both consultants have filled the form of the stage that waits for them."""
    submission = plan.submission_set.get(status=Status.SUBMITTED)
    for number, user in enumerate(reviewers):
        access = access_of(user, plan.region)
        assert access
        scores = {row.code: 3 + number for row in assessing.criteria(submission)}
        assessing.assess(submission, scores, note="Sumber data sudah lengkap.", agrees=True, access=access)


def packets_given(plan: Plan, seated: dict[str, User]) -> None:
    """The operator's office has its packet and a guest."""
    manager, filler = (access_of(seated[role], plan.region) for role in (Role.ADMIN, Role.OPERATOR))
    assert manager
    assert filler
    office = plan.region.opd_set.get(pk=next(iter(filler.opd_ids)))
    packets.give(plan, [office], due=timezone.localdate() + timedelta(days=7), note="Mohon dilengkapi.", access=manager)
    guest = guests.invite(office, full_name="Rina Tamu", email="rina@contoh.id", days=7, access=manager)
    GuestPass.objects.filter(pk=guest.pk).update(token_sha256=people.digest(TOKEN))


def printed_twice(plan: Plan) -> None:
    """Two books of the same pages but one, as the page that compares them reads them."""
    for number in (1, 2):
        asked = BookPrint.objects.create(region=plan.region, plan=plan, content={}, sha256=str(number) * 64)
        book = FinishedBook.objects.create(
            region=plan.region, book_print=asked, book="buku-1", title="Buku 1", name="buku-1.pdf", pages=2, bytes=8,
            path=f"books/{asked.pk.hex}.pdf", sha256=str(number) * 64,
        )  # fmt: skip
        pages = [["I-1", "Pendahuluan", "a"], ["I-2", f"Dasar hukum, terbitan {number}", "b"]]
        files.write(Path(settings.MEDIA_ROOT) / book.path, b"%PDF-1.4")
        files.write((Path(settings.MEDIA_ROOT) / book.path).with_suffix(".json"), json.dumps(pages).encode())


def strange(plan: Plan, by: User) -> WorkbookImport:
    """A handed-in table of somebody's own making, whose columns wait to be matched."""
    rows = [[1, {"1": "Nama kegiatan", "2": "Pelaksana"}], [2, {"1": "Antrean daring", "2": "Dinas Kesehatan"}]]
    return WorkbookImport.objects.create(
        region=plan.region, plan=plan, name="usulan.xlsx", path="excel/usulan.xlsx", sha256="1" * 64, bytes=1, by=by,
        state="matching", outcome={"samples": [{"name": "Usulan", "rows": rows}]},
    )  # fmt: skip


def reopen(plan: Plan, seated: dict[str, User]) -> None:
    """Stage III stays accepted, so that pages show both forms and frozen rows."""
    access = access_of(seated[Role.CONSULTANT], plan.region)
    assert access
    for stage in (Stage.KOMITMEN, Stage.PROGRAM, Stage.PERSEPSI):
        submission = plan.submission_set.get(stage=stage)
        step = workflow.send_back if submission.status == Status.SUBMITTED else workflow.reopen
        step(submission, access=access, reason="Lengkapi sumber data pada tabel kesiapan.")


# --- the pages, each with who looks at it --------------------------------------------------------------------------
def by_everybody(site: Site) -> Iterator[str]:
    for name in (
        "account_login",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
    ):
        yield reverse(name)
    yield reverse("regions:accept", args=[TOKEN])
    yield reverse("regions:guest", args=[TOKEN])
    yield reverse("regions:guest_ended")
    yield reverse("offline")


def by_ministry(site: Site) -> Iterator[str]:
    for name in ("dashboard", "add_cohort", "consultants", "audit"):
        yield reverse(f"ministry:{name}")
    for name in ("cohort", "change_cohort", "choose_region"):
        yield reverse(f"ministry:{name}", args=[COHORT])
    yield reverse("ministry:enrol", args=[COHORT, "kabupaten-halmahera-timur"])
    yield reverse("ministry:enrolment", args=[Enrolment.objects.get(region=site.region).pk])
    yield reverse("ministry:assign", args=[site.region.slug])
    yield reverse("ministry:assignment", args=[Membership.objects.filter(role=Role.CONSULTANT)[0].pk])


def by_consultant(site: Site) -> Iterator[str]:
    yield reverse("ministry:consultant")
    yield plan_page(site, "plan")
    for stage in Stage:
        yield plan_page(site, "stage", stage.value)
    move = Move.objects.filter(submission__plan=site.plan, submission__stage=2, snapshot__isnull=False).latest("at")
    yield plan_page(site, "frozen", 2, move.snapshot_id)
    yield plan_page(site, "compare", 2)
    yield reverse("masterplan:matrix", args=[site.region.slug, COHORT, 1])
    yield f"{plan_page(site, 'compare', 2)}?dari={move.snapshot_id}&ke=sekarang&lingkup=semua"
    for stage in Stage:
        yield plan_page(site, "assess", stage.value)
    yield plan_page(site, "threads")
    yield plan_page(site, "thread", site.plan.thread_set.latest("at").pk)
    yield f"{plan_page(site, 'thread_new')}?tahap=1&bagian=swot&baris={first_row(site, BY_KEY['swot']).pk}&isian=text"
    yield plan_page(site, "section", 2, "program")


def by_head_of_department(site: Site) -> Iterator[str]:
    yield plan_page(site, "plan")
    for stage in Stage:
        yield plan_page(site, "stage", stage.value)


def by_operator(site: Site) -> Iterator[str]:
    yield plan_page(site, "plan")
    yield plan_page(site, "section", 1, "kesiapan")
    access = access_of(site.people[Role.OPERATOR], site.region)
    assert access
    own = site.plan.programme_set.filter(opd__in=access.opd_ids).order_by("code")
    for row in own[:2]:  # another office's rows are not to be found
        yield plan_page(site, "row", 2, "program", row.pk)
    yield plan_page(site, "packet", site.plan.packet_set.get().pk)


def by_council(site: Site) -> Iterator[str]:
    """Reads only."""
    yield plan_page(site, "plan")
    for stage, key in ((1, "swot"), (1, "kesiapan"), (2, "quick-win"), (3, "program")):
        yield plan_page(site, "section", stage, key)
        yield plan_page(site, "row", stage, key, first_row(site, BY_KEY[key]).pk)
    yield plan_page(
        site, "section", 1, next(s.key for s in sections(site, Stage.PERSEPSI) if not isinstance(s, Section))
    )
    yield plan_page(site, "sessions")
    yield reverse("masterplan:books", args=[site.region.slug, COHORT])


def by_two(site: Site) -> Iterator[str]:
    for name in (
        "bimtek:notices",
        "bimtek:notice_settings",
        "regions:home",
        "accounts:profile",
        "account_change_password",
        "usersessions_list",
        "account_logout",
    ):
        yield reverse(name)


def by_admin(site: Site) -> Iterator[str]:
    for name in (
        "plan", "settings", "history", "threads", "recap", "roadmap", "consistency", "exchange", "trace", "packets",
        "versions", "takeover", "elsewhere",
    ):  # fmt: skip
        yield plan_page(site, name)
    yield plan_page(site, "upload", site.plan.workbookimport_set.get(state="ready").pk)
    yield plan_page(site, "match_upload", site.plan.workbookimport_set.get(state="matching").pk)
    yield plan_page(site, "packet", site.plan.packet_set.get().pk)
    yield plan_page(site, "version", site.plan.snapshot_set.latest("created_at").pk)
    yield reverse("bimtek:audit", args=[site.region.slug])
    yield reverse("bimtek:sharing", args=[site.region.slug])
    for stage, key in ((1, "swot"), (1, "kesiapan"), (2, "program")):
        yield reverse("masterplan:preview", args=[site.region.slug, COHORT, stage, key])
    yield reverse("masterplan:archives", args=[site.region.slug, COHORT])
    books = FinishedBook.objects.filter(book_print__plan=site.plan, book="buku-1").order_by("created_at")[:2]
    yield reverse("masterplan:cockpit", args=[site.region.slug, COHORT, books[0].book_print_id])
    compared = reverse("masterplan:compare_books", args=[site.region.slug, COHORT])
    yield f"{compared}?dari={books[0].pk}&ke={books[1].pk}"
    yield reverse("bimtek:home", args=[site.region.slug])
    yield reverse("masterplan:books", args=[site.region.slug, COHORT])
    for name in ("opds", "add_opd", "members", "invite", "settings"):
        yield reverse(f"regions:{name}", args=[site.region.slug])
    for name in ("opd", "close_opd"):
        yield reverse(f"regions:{name}", args=[site.region.slug, site.region.opd_set.filter(active=True)[0].pk])
    yield reverse(
        "regions:member", args=[site.region.slug, Membership.objects.get(region=site.region, role=Role.BAPPEDA).pk]
    )


def by_admin_sessions(site: Site) -> Iterator[str]:
    yield plan_page(site, "sessions")
    yield plan_page(site, "session_new")
    session = site.plan.session_set.filter(stage=1)[0]
    for name in ("session", "session_edit", "attendance", "attendance_paste", "session_minutes", "session_photos"):
        yield plan_page(site, name, session.pk)
    for part in ("peserta", "butir", "foto"):
        yield plan_page(site, "part_new", session.pk, part)
    yield plan_page(site, "part", session.pk, "peserta", session.attendees.all()[0].pk)


def by_admin_stage(stage: Stage) -> "Callable[[Site], Iterator[str]]":
    """Every section of a stage: its list, an empty form and the form of its first row."""

    def pages(site: Site) -> Iterator[str]:
        yield plan_page(site, "stage", stage.value)
        for section in sections(site, stage):
            yield plan_page(site, "section", stage.value, section.key)
            if isinstance(section, Section) and has_grid(section):
                yield plan_page(site, "grid", stage.value, section.key)
            if isinstance(section, Section) and section.stage == stage:
                yield from forms(site, stage, section)

    pages.__name__ = f"by_admin_stage_{stage.value}"
    return pages


def forms(site: Site, stage: Stage, section: Section) -> Iterator[str]:
    yield plan_page(site, "row_new", stage.value, section.key)
    parent = first_row(site, section)
    yield plan_page(site, "row", stage.value, section.key, parent.pk)
    for key in section.children:
        yield plan_page(site, "row_new", stage.value, key) + f"?induk={parent.pk}"
        yield plan_page(site, "row", stage.value, key, first_row(site, BY_KEY[key]).pk)


def sections(site: Site, stage: Stage) -> Iterator[Any]:
    return sections_of(stage, framework(site.plan.framework))


def first_row(site: Site, section: Section) -> Any:
    return section.rows(site.plan)[0]


def plan_page(site: Site, name: str, *args: Any) -> str:
    return reverse(f"bimtek:{name}", args=[site.region.slug, COHORT, *args])


WALKS: list[tuple[str, Callable[[Site], Iterator[str]]]] = [
    ("", by_everybody),
    (Role.MINISTRY, by_ministry),
    (Role.CONSULTANT, by_consultant),
    (Role.HEAD_OF_DEPARTMENT, by_head_of_department),
    (Role.OPERATOR, by_operator),
    (Role.COUNCIL, by_council),
    ("two", by_two),
    (Role.ADMIN, by_admin),
    (Role.ADMIN, by_admin_sessions),
    *((Role.ADMIN, by_admin_stage(stage)) for stage in Stage),
]


# --- looking -------------------------------------------------------------------------------------------------------
@pytest.fixture
def watch(site: Site) -> Watch:
    return Watch(site.url)


@pytest.fixture
def open_as(
    site: Site, browser: Browser, browser_context_args: dict[str, Any], watch: Watch
) -> Iterator[Callable[[str], Page]]:
    """`open_as(role)`: an empty page with this person signed in; '' is nobody."""
    contexts = []

    def sit(role: str) -> Page:
        context = browser.new_context(**browser_context_args)
        contexts.append(context)
        watch.context(context)
        if role:
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": site.cookies[role], "url": site.url}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        return page

    yield sit
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("role", "walk"), WALKS, ids=lambda value: getattr(value, "__name__", str(value) or "nobody"))
def test_every_page_is_whole_on_a_laptop_and_on_a_phone(
    site: Site, open_as: Callable[[str], Page], watch: Watch, role: str, walk: Callable[[Site], Iterator[str]]
) -> None:
    page = open_as(role)
    faults = [fault for path in dict.fromkeys(walk(site)) for fault in faults_of(page, site.url, path)]

    assert faults + watch.complaints == []


def faults_of(page: Page, site: str, path: str) -> Iterator[str]:
    page.set_viewport_size(LAPTOP)
    answer = page.goto(site + path)
    assert answer
    if answer.status != 200:
        yield f"{path}: {answer.status}"
        return
    page.wait_for_load_state("networkidle")
    if page.locator("h1").count() != 1 or not page.locator("h1").is_visible():
        yield f"{path}: {page.locator('h1').count()} h1"
    if page.locator("html").get_attribute("lang") != "id":
        yield f"{path}: lang"
    for size in (LAPTOP, PHONE):
        page.set_viewport_size(size)
        yield from (f"{path} at {size['width']}: {fault}" for fault in faults_at(page, size["width"]))


def faults_at(page: Page, width: int) -> Iterator[str]:
    wide = page.locator("html").evaluate("html => html.scrollWidth")
    if wide > width + 1:
        yield f"{wide} px wide"
    found = Axe().run(page, options=AXE)
    assert found.response["passes"], "axe examined nothing"
    for broken in found.response["violations"]:
        yield f"{broken['id']}: {broken['nodes'][0]['html'][:160]}"


def test_no_page_is_left_out(site: Site) -> None:
    """A new route is walked here, or named in NO_PAGES."""
    walked = {resolve(path.split("?")[0]).view_name for _, walk in WALKS for path in walk(site)}

    assert set(ALL) - NO_PAGES - walked == set()


# --- keyboard --------------------------------------------------------------------------------------------------------
def test_the_skip_link_leads_past_the_navigation(site: Site, open_as: Callable[[str], Page]) -> None:
    page = open_as(Role.ADMIN)
    page.goto(site.url + plan_page(site, "section", 1, "swot"))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Langsung ke isi")).to_be_focused()

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_tab_reaches_the_first_field_of_a_new_row(site: Site, open_as: Callable[[str], Page]) -> None:
    page = open_as(Role.ADMIN)
    page.goto(site.url + plan_page(site, "row_new", 1, "swot"))
    page.locator("main").focus()
    page.locator("main").press("Tab")
    for _ in range(8):
        if page.evaluate("document.activeElement.matches('form select')"):
            break
        page.keyboard.press("Tab")

    expect(page.get_by_label("Jenis")).to_be_focused()


def test_esc_closes_the_sheet_of_a_phone_and_gives_the_focus_back(site: Site, open_as: Callable[[str], Page]) -> None:
    page = open_as(Role.ADMIN)
    page.set_viewport_size(PHONE)
    page.goto(site.url + plan_page(site, "section", 1, "swot"))
    opener = page.get_by_role("button", name="Tahap dan bagian")
    opener.press("Enter")
    expect(page.locator("#rail")).to_have_class("rail is-open")

    page.keyboard.press("Escape")

    expect(page.locator("#rail")).to_have_class("rail")
    expect(opener).to_be_focused()
