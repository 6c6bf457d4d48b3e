"""Queries that are asked at every keystroke: their SQL is written once a process and then only filled in.

Django writes a statement anew each time it is asked, which takes several times as long as the database needs to answer it.
A Prepared is told how to build its query, with `Given`s where the values come later, and keeps what Django made of it, one
statement for each `shape` (whatever changes the SQL itself: which model, how many offices). Rows come back as Django's own
query would give them, converters and related objects included; tests/regions/test_prepared.py holds the two side by side.

This leans on two things inside Django (SQLCompiler and ModelIterable), so that it is used in the few places that are worth it.
"""

import copy
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models.query import ModelIterable
from django.db.models.sql import UpdateQuery


@dataclass(frozen=True)
class Slot:
    """A place among a statement's parameters, and the field that says how its value goes to the database."""

    name: str
    field: "models.Field[Any, Any]"

    def filled(self, values: Mapping[str, Any]) -> Any:
        return self.field.get_db_prep_save(values[self.name], connection=connection)


class Given(models.Expression):
    """A value that is told when the query is asked. Never None in a condition: that would be other SQL."""

    def __init__(self, name: str, output_field: "models.Field[Any, Any]") -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [Slot(self.name, self.output_field)]


@dataclass
class Ids:
    """Stands in for a list of ids of known length, where a lookup takes no expression."""

    known: dict[str, str] = field(default_factory=dict)
    """The hexadecimal digits of a stand-in → the name of its value."""

    def listed(self, name: str, count: int) -> frozenset[UUID]:
        made = {f"{name}{n}": uuid4() for n in range(count)}
        self.known |= {one.hex: key for key, one in made.items()}
        return frozenset(made.values())

    def slot(self, parameter: Any) -> Any:
        digits = parameter.hex if isinstance(parameter, UUID) else parameter
        name = self.known.get(digits) if isinstance(digits, str) else None
        return Slot(name, models.UUIDField()) if name else parameter


def ids(name: str, values: Sequence[UUID]) -> dict[str, UUID]:
    """What fills the `Ids.listed` of that name."""
    return {f"{name}{n}": value for n, value in enumerate(values)}


@dataclass
class Statement:
    sql: str
    parameters: Sequence[Any]
    compiler: Any
    converters: Any = None
    """How the columns of a row become Python's values; None for an UPDATE."""

    def filled(self, values: Mapping[str, Any]) -> tuple[str, tuple[Any, ...]]:
        return self.sql, tuple(each.filled(values) if isinstance(each, Slot) else each for each in self.parameters)


class Prepared:
    """`build(ids, *shape)` makes the query; for an UPDATE also what it sets, as a second value."""

    def __init__(self, build: Callable[..., Any]) -> None:
        self.build = build
        self.known: dict[Hashable, Statement | None] = {}

    def rows(self, *shape: Hashable, **values: Any) -> list[Any]:
        statement = self._statement(shape)
        if statement is None:
            return []
        compiler = copy.copy(statement.compiler)
        compiler.connection = connections[DEFAULT_DB_ALIAS]  # of this thread
        compiler.as_sql = lambda: statement.filled(values)
        compiler.get_converters = lambda columns: statement.converters
        query = SimpleNamespace(get_compiler=lambda using: compiler)
        source: Any = SimpleNamespace(db=DEFAULT_DB_ALIAS, query=query, _known_related_objects={})
        return list(ModelIterable(source))

    def update(self, *shape: Hashable, **values: Any) -> int:
        """How many rows it changed."""
        statement = self._statement(shape)
        if statement is None:
            return 0
        with connection.cursor() as cursor:
            cursor.execute(*statement.filled(values))
            return int(cursor.rowcount)

    def _statement(self, shape: tuple[Hashable, ...]) -> Statement | None:
        key = (connection.vendor, *shape)
        if key not in self.known:
            self.known[key] = self._compiled(shape)
        return self.known[key]

    def _compiled(self, shape: tuple[Hashable, ...]) -> Statement | None:
        """None for a query that can find nothing."""
        listed = Ids()
        built = self.build(listed, *shape)
        queryset, sets = built if isinstance(built, tuple) else (built, None)
        query = queryset.query
        if sets is not None:
            query = query.chain(UpdateQuery)
            query.add_update_values(sets)
        compiler = query.get_compiler(connection=connection)
        try:
            sql, parameters = compiler.as_sql()
        except EmptyResultSet:
            return None
        converters = compiler.get_converters([column[0] for column in compiler.select]) if sets is None else None
        return Statement(sql, [listed.slot(each) for each in parameters], compiler, converters)
