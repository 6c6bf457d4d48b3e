"""The published JSON Schema of an archive, made from the models: docs/arsip-daerah.schema.json.

`manage.py archive_schema` prints it; a test keeps the published one equal to it.
"""

from typing import Any

from django.db import models

from bimtek.models import Enrolment
from masterplan.archive import FORMAT, VERSION, tables

SHA256 = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
UUID = {"type": "string", "format": "uuid"}
EMAIL = {"type": "string", "format": "email"}
DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


def schema() -> Schema:
    """`manifest` describes manifest.json, `rows/<kind>` each line of data/<kind>.jsonl."""
    rows = {kind: _row(model) for kind, model in tables.kinds().items()}
    return {
        "$schema": DIALECT,
        "title": "Arsip daerah",
        "description": (
            "Zip: manifest.json, manifest.sig (JSON: algorithm, public_key, signature; Ed25519 atas byte manifest.json), "
            "data/<jenis>.jsonl (satu baris, satu objek JSON), files/<id StoredFile>, books/<id FinishedBook>. "
            "Waktu dalam UTC, bilangan desimal sebagai teks, orang sebagai alamat surel, uang dalam rupiah utuh. "
            f"{tables.NOBODY} mewakili daerah itu sendiri."
        ),
        "$ref": "#/$defs/manifest",
        "$defs": {"manifest": _manifest(), "rows": {**rows, "region": _region(), "people": _person()}},
    }


def _object(properties: Schema) -> Schema:
    return {"type": "object", "additionalProperties": False, "required": sorted(properties), "properties": properties}


def _manifest() -> Schema:
    text, year = {"type": "string"}, {"type": "integer", "minimum": 2017, "maximum": 2100}
    member = _object({"name": text, "bytes": {"type": "integer", "minimum": 0}, "sha256": SHA256})
    member["properties"]["rows"] = {"type": "integer", "minimum": 0}
    return _object(
        {
            "format": {"const": FORMAT}, "version": {"const": VERSION}, "created_at": {"type": "string", "format": "date-time"},
            "created_by": text, "region": _object({"code": text, "name": text}), "plan": UUID, "private_threads": {"type": "boolean"},
            "cohort": _object({"year": year, "name": text, "ministry": text}), "content_sha256": SHA256,
            "missing": {"type": "array", "items": text}, "members": {"type": "array", "items": member},
        }
    )  # fmt: skip


def _region() -> Schema:
    text = {"type": "string"}
    fields = dict.fromkeys(tables.REGION_FIELDS, text) | {"version": {"type": "integer"}}
    return _object({"code": text, "emblem": _or_null(UUID), **fields})


def _person() -> Schema:
    return _object({"email": EMAIL, "full_name": {"type": "string"}})


def _row(model: type[models.Model]) -> Schema:
    properties = {field.name: _field(model, field) for field in tables.fields_of(model)}
    properties |= {field.name: {"type": "array", "items": EMAIL} for field in tables.people_in(model)}
    return {"title": str(model._meta.verbose_name), **_object(properties)}


def _field(model: type[models.Model], field: Any) -> Schema:
    if model is Enrolment and field.name == "cohort":
        return {"type": "integer"}
    if tables.is_person(field):
        found: Schema = EMAIL
    elif field.is_relation:
        found = _plain(field.target_field)
    else:
        found = _plain(field)
    found = {"title": str(field.verbose_name), **found}
    return _or_null(found) if field.null else found


def _plain(field: Any) -> Schema:
    if isinstance(field, models.JSONField):
        return {}
    for kind, found in PLAIN:
        if isinstance(field, kind):
            return dict(found)
    length = {"maxLength": field.max_length} if field.max_length else {}
    return {"type": "string", **length}


PLAIN: tuple[tuple[Any, Schema], ...] = (
    (models.UUIDField, UUID),
    (models.BooleanField, {"type": "boolean"}),
    (models.DecimalField, {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}),
    (models.IntegerField, {"type": "integer"}),
    (models.DateTimeField, {"type": "string", "format": "date-time"}),
    (models.DateField, {"type": "string", "format": "date"}),
    (models.TimeField, {"type": "string", "format": "time"}),
)


def _or_null(found: Schema) -> Schema:
    return {"anyOf": [found, {"type": "null"}]}
