"""Freezes a plan: every row of it as plain values, in one canonical order, with a hash."""

import hashlib
import json
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder

from bimtek.models import Change, Message, Plan, Row, Snapshot, Stage, Submission, Thread
from bimtek.states import state_of

LEFT_OUT: tuple[type, ...] = (Submission, Thread, Message, Change)


def row_models() -> list[type[Row]]:
    """Every kind of content row, by name."""
    models = [m for m in apps.get_app_config("bimtek").get_models() if issubclass(m, Row) and m not in LEFT_OUT]
    return sorted(models, key=lambda model: model.__name__)


def content_of(plan: Plan) -> dict[str, Any]:
    """The whole plan: {"plan": {…}, "rows": {"programme": [{"id": …}, …]}, "offices": {id: name}, "files": {id: name}}.

    One query a kind of row; names of offices and files stand in it, since a snapshot is read without live rows.
    """
    rows = {
        model._meta.model_name: [
            {"id": str(row.pk), "version": row.version, **state_of(row)}
            for row in model._default_manager.filter(plan=plan).order_by("position", "id")
        ]
        for model in row_models()
    }
    own = {f.attname: f.value_from_object(plan) for f in plan._meta.concrete_fields if f.name not in {"created_at"}}
    offices = {str(opd.pk): opd.name for opd in plan.region.opd_set.all()}
    files = {str(pk): name for pk, name in plan.region.storedfile_set.values_list("pk", "name")}
    content = {"plan": own, "rows": rows, "offices": offices, "files": files}
    return json.loads(json.dumps(content, cls=DjangoJSONEncoder))  # type: ignore[no-any-return]


def canonical(content: Any) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(content: Any) -> str:
    return hashlib.sha256(canonical(content)).hexdigest()


def freeze(plan: Plan, stage: Stage) -> Snapshot:
    content = content_of(plan)
    return Snapshot.objects.create(
        region_id=plan.region_id, plan=plan, stage=stage, content=content, sha256=digest(content)
    )


def is_current(plan: Plan, snapshot: Snapshot | None) -> bool:
    """Whether nothing was written since."""
    return snapshot is not None and snapshot.sha256 == digest(content_of(plan))
