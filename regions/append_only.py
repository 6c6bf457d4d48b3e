"""Triggers that refuse to change, delete or empty a table, in PostgreSQL and SQLite alike.

SQLite forgets them when Django makes a table anew: a migration that alters such a table calls `protect` again.
"""

from typing import Any

POSTGRES = (
    """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME USING ERRCODE = '23000'; END $$""",
    "CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
)
SQLITE = (
    "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, 'rows are only added'); END",
    "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, 'rows are only added'); END",
)
NAMES = {
    "postgresql": ("{table}_no_change", "{table}_no_truncate"),
    "sqlite": ("{table}_no_update", "{table}_no_delete"),
}


def protect(connection: Any, table: str) -> None:
    """`table` is a name from a model's Meta, never from a person."""
    unprotect(connection, table)
    with connection.cursor() as cursor:
        for statement in POSTGRES if connection.vendor == "postgresql" else SQLITE:
            cursor.execute(statement.replace("{table}", table))


def unprotect(connection: Any, table: str, *, only: str = "") -> None:
    """`only` drops the one trigger whose name ends so."""
    on = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in NAMES[connection.vendor]:
            if name.endswith(only):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name.replace('{table}', table)}{on}")
