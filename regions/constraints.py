"""A database constraint that keeps a row and what it points to in the same region."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement


class SameRegion(models.BaseConstraint):
    """Composite foreign key (region, field) → (region, id) of the field's model, which needs a unique (region, id).

    Django's own foreign key only proves that the parent exists; this one proves, in PostgreSQL and SQLite alike,
    that the parent belongs to the region of the child. A null in the field is allowed.
    """

    def __init__(self, field: str, *, name: str, violation_error_message: str | None = None) -> None:
        self.field = field
        super().__init__(
            name=name, violation_error_message=violation_error_message or "Pilihan ini bukan milik daerah Anda."
        )

    def _clause(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> str:
        field: Any = model._meta.get_field(self.field)
        quote = schema_editor.quote_name
        parent = field.remote_field.model
        return (
            f"FOREIGN KEY ({quote('region_id')}, {quote(field.column)}) "
            f"REFERENCES {quote(parent._meta.db_table)} ({quote('region_id')}, {quote(parent._meta.pk.column)}) "
            "DEFERRABLE INITIALLY DEFERRED"
        )

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        if schema_editor.connection.vendor == "sqlite":  # knows constraints only as part of the table
            return f"CONSTRAINT {schema_editor.quote_name(self.name)} {self._clause(model, schema_editor)}"
        return self.create_sql(model, schema_editor)

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        """Written at the end of the migration, like Django's own foreign keys: the parent's unique key may come later."""
        schema_editor.deferred_sql.append(
            Statement(
                "ALTER TABLE %(table)s ADD CONSTRAINT %(name)s %(clause)s",
                table=schema_editor.quote_name(model._meta.db_table),
                name=schema_editor.quote_name(self.name),
                clause=self._clause(model, schema_editor),
            )
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        return Statement(
            "ALTER TABLE %(table)s DROP CONSTRAINT %(name)s",
            table=schema_editor.quote_name(model._meta.db_table),
            name=schema_editor.quote_name(self.name),
        )

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = DEFAULT_DB_ALIAS) -> None:
        if exclude and self.field in exclude:
            return
        parent_id = getattr(instance, f"{self.field}_id")
        if parent_id is None:
            return
        parent = getattr(instance, self.field)
        if parent.region_id != instance.region_id:
            raise ValidationError({self.field: self.get_violation_error_message()})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SameRegion) and (self.field, self.name) == (other.field, other.name)

    def __hash__(self) -> int:
        return hash((self.field, self.name))

    def deconstruct(self) -> Any:
        path, _args, kwargs = super().deconstruct()
        return path, (self.field,), kwargs
