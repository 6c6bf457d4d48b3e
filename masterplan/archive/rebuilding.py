"""From the rows of an archive to rows of the database: each value must fit its field, each pointer must lead to a row that
the archive brings or that is here."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models

from bimtek.models import Cohort, Enrolment, Plan, Snapshot
from bimtek.snapshots import digest
from masterplan.archive import tables
from masterplan.archive.opening import refuse
from masterplan.models import BookPrint
from regions.models import Region


class Rebuilder:
    """Makes unsaved rows of one plan."""

    def __init__(
        self, region: Region, plan_id: UUID, people: dict[str, Any], cohort: Cohort, paths: dict[str, str]
    ) -> None:
        self.region, self.plan_id, self.people, self.cohort, self.paths = region, plan_id, people, cohort, paths
        self.called: list[tuple[Any, str, list[Any]]] = []
        """Message row, field, people to link once the rows are there."""

    def rows(self, model: type[models.Model], told: Iterable[dict[str, Any]]) -> Iterator[models.Model]:
        for values in told:
            yield self._row(model, values)

    def _row(self, model: type[models.Model], told: dict[str, Any]) -> models.Model:
        row: Any = model()
        fields = {field.name: field for field in tables.fields_of(model)}
        lists = {field.name for field in tables.people_in(model)}
        if strange := set(told) - set(fields) - lists:
            raise ValidationError(
                f"Arsip ini memuat isian yang tidak dikenal di sini ({model._meta.verbose_name}: {sorted(strange)[0][:40]}). "
                "Perbarui aplikasi ini dulu, lalu ulangi.",
                code="newer",
            )
        for name, value in told.items():
            if name in fields:
                setattr(row, fields[name].attname, self._value(model, fields[name], value))
        self._belonging(row, model)
        for name in lists & set(told):
            self.called.append((row, name, [self._person(each) for each in told[name]]))
        return row  # type: ignore[no-any-return]

    def _belonging(self, row: Any, model: type[models.Model]) -> None:
        """Region, plan and what this server keeps by itself."""
        names = {field.name for field in model._meta.concrete_fields}
        row.region_id = self.region.pk
        if "plan" in names:
            row.plan_id = self.plan_id
        if model is Plan and row.pk != self.plan_id:
            refuse("broken")
        if "path" in names:
            row.path = self.paths[str(row.pk)]
        if isinstance(row, Snapshot):
            row.sha256 = digest(row.content)
        if isinstance(row, Enrolment):
            row.cohort_id = self.cohort.pk
        if isinstance(row, BookPrint):
            row.files = {key: {**each, "path": self.paths.get(key, "")} for key, each in row.files.items()}

    def _value(self, model: type[models.Model], field: Any, value: Any) -> Any:
        if model is Enrolment and field.name == "cohort":
            return None
        if value is None and (field.null or field.is_relation):
            return None
        if tables.is_person(field):
            return self._person(value)
        if field.is_relation:
            return self.plain(field.target_field, value)
        return self.plain(field, value)

    def _person(self, email: Any) -> Any:
        if not isinstance(email, str) or email not in self.people:
            refuse("broken")
        return self.people[email]

    def plain(self, field: Any, value: Any) -> Any:
        """The value as the field holds it; refused when it is of another kind or too long."""
        if isinstance(field, models.JSONField):
            return value
        if isinstance(field, models.CharField | models.TextField) and not isinstance(value, str):
            refuse("broken")
        if isinstance(value, list | dict) or value is None:
            refuse("broken")
        if isinstance(value, str) and "\x00" in value:
            refuse("broken")
        found = field.to_python(value)
        if field.max_length and isinstance(found, str) and len(found) > field.max_length:
            refuse("broken")
        return found

    def link_people(self) -> None:
        for row, name, people in self.called:
            getattr(row, name).set(people)
