"""What tests of archives share: a plan with one of everything, its archive, and an empty installation to bring it to."""

import uuid
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection

from accounts.models import User
from bimtek.models import BudgetLine, Message, Plan, Thread
from masterplan.archive import asking, opening, packing, restoring
from masterplan.models import FinishedBook
from regions import files, jobs
from regions.models import Job, Province, Region, StoredFile
from tests.factories import make_region
from tests.routes import World, a_picture, make_world


def make_full_world(region: Region, ministry: User) -> World:
    """A plan with a file that a row points to, a message that calls somebody, a private note, money and a printed book."""
    made = make_world(region, ministry)
    region.emblem = files.store(a_picture(), region, None, [StoredFile.Kind.IMAGE])
    region.head_name = "Amsakar"
    region.save()
    own = {"region": region, "plan": made.plan}
    BudgetLine.objects.create(**own, programme=made.programme, year=2023, source="apbd", amount=10**15)
    Message.objects.get(thread=made.thread).mentioned.set([made.people["admin"], made.people["kadis"]])
    note = Thread.objects.create(**own, stage=1, section="swot", private=True, by=made.people["consultant"])
    Message.objects.create(
        **own, thread=note, text="Antar kita", by_name="K", by_role="K", by=made.people["consultant"]
    )
    evidence = files.store(a_picture(), region, made.people["admin"], [StoredFile.Kind.IMAGE])
    made.plan.readinessrow_set.create(**own, element="struktur", component="sdm", name="ASN", evidence=evidence)
    return made


def packed(plan: Plan, folder: Path, **how: Any) -> Path:
    target = folder / f"{uuid.uuid4().hex}.zip"
    packing.pack(plan, target, by="uji", **how)
    return target


def brought_in(path: Path, **how: Any) -> Plan:
    with opening.opened(path) as archive:
        return restoring.restore(archive, **how)


def emptied() -> Region:
    """What a fresh installation holds: the regions of the country, under ids of its own, and nothing else."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label not in {"contenttypes", "auth", "sites"} and model is not Province:
            model._base_manager.all()._raw_delete(connection.alias)  # type: ignore[attr-defined]
    return make_region()


def bytes_of(plan: Plan) -> dict[str, bytes]:
    rows: list[Any] = [
        *StoredFile.objects.filter(region=plan.region),
        *FinishedBook.objects.filter(book_print__plan=plan),
    ]
    return {str(row.pk): (Path(settings.MEDIA_ROOT) / row.path).read_bytes() for row in rows}


def run_waiting() -> None:
    """Does the archives' jobs as a worker would."""
    for job in Job.objects.filter(kind__in=[asking.OUT_JOB, asking.IN_JOB], state=Job.State.QUEUED):
        jobs.run(str(job.pk))
