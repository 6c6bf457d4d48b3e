"""Reads a framework file and says, with file, line and key, everything that is wrong with it.

tomllib gives no line numbers, so `_line_numbers` finds them: the file holds flat tables only ([[question]], never
[[a.b]]), which makes that a matter of counting headers outside multi-line texts.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields, replace
from pathlib import Path
from string import Formatter
from typing import Any, get_args, get_type_hints

from bimtek import framework as shape
from bimtek import phrases, vocabulary
from bimtek.framework import FrameworkError
from bimtek.wordings import wordings

TABLES: dict[str, type[Any]] = {
    "framework": shape.About,
    "dimension": shape.Dimension,
    "sub_dimension": shape.SubDimension,
    "element": shape.Element,
    "component": shape.Component,
    "indicator": shape.Indicator,
    "group": shape.Group,
    "question": shape.Question,
    "sentence": shape.Sentence,
    "gate": shape.Gate,
    "criterion": shape.Criterion,
    "book": shape.Book,
    "chapter": shape.Chapter,
    "section": shape.Section,
    "abbreviation": shape.Abbreviation,
    "legal_basis": shape.LegalBasis,
    "commitment": shape.CommitmentDefault,
    "agenda": shape.Agenda,
}
# What makes a row of each table the only one of its kind.
UNIQUE: dict[str, tuple[str, ...]] = {
    "dimension": ("code",),
    "sub_dimension": ("code",),
    "element": ("code",),
    "component": ("code",),
    "indicator": ("code",),
    "group": ("code",),
    "question": ("key",),
    "sentence": ("key",),
    "criterion": ("stage", "code"),
    "book": ("code",),
    "chapter": ("book", "code"),
    "section": ("book", "chapter", "number"),
    "abbreviation": ("short",),
    "commitment": ("number",),
    "agenda": ("stage",),
}
LONGEST = {("indicator", "code"): 20, ("question", "key"): 80, ("element", "code"): 20, ("component", "code"): 20,
           ("indicator", "name"): 250, ("indicator", "unit"): 40, ("dimension", "code"): 4, ("sub_dimension", "code"): 6}  # fmt: skip
STAGES = range(1, 5)
COLOUR = re.compile(r"#[0-9a-f]{6}")
HEADER = re.compile(r"\[\[?\s*([A-Za-z0-9_-]+)\s*\]?\]")
KEY = re.compile(r"([A-Za-z0-9_-]+)\s*=")


def read(path: Path) -> shape.Framework:
    """The framework in this file. FrameworkError names every problem found."""
    return _File(path).framework()


def _line_numbers(text: str) -> dict[tuple[str, int, str], int]:
    """(table, index, key) → line; with key '' the header's line."""
    lines: dict[tuple[str, int, str], int] = {}
    seen: Counter[str] = Counter()
    table, index, inside = "", 0, False
    for number, line in enumerate(text.splitlines(), start=1):
        if not inside and (header := HEADER.match(line)):
            table = header[1]
            index = seen[table]
            seen[table] += 1
            lines[table, index, ""] = number
        elif not inside and (key := KEY.match(line)):
            lines[table, index, key[1]] = number
        inside ^= line.count('"""') % 2 == 1
    return lines


class _File:
    """One reading: the rows of each table, and what was found wrong."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[str] = []
        self.rows: dict[str, list[Any]] = {}
        text = path.read_text(encoding="utf-8")
        self.lines = _line_numbers(text)
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as broken:
            raise FrameworkError([f"{path.name}: bukan TOML yang sah: {broken}"]) from broken
        self._read_tables(data)

    def problem(self, table: str, index: int, key: str, sentence: str) -> None:
        line = self.lines.get((table, index, key)) or self.lines.get((table, index, ""), 0)
        place = f"[{table}] {key}".rstrip()
        self.problems.append(f"{self.path.name}:{line}: {place}: {sentence}")

    # --- tables into rows ---------------------------------------------------------------------------------------

    def _read_tables(self, data: Mapping[str, Any]) -> None:
        for table in data.keys() - TABLES.keys():
            self.problem(table, 0, "", "tabel ini tidak dikenal.")
        for table, kind in TABLES.items():
            found = data.get(table, [])
            listed = found if isinstance(found, list) else [found]
            if not listed:
                self.problem(table, 0, "", "tabel ini wajib ada.")
            read_rows = [self._read_row(table, kind, index, values) for index, values in enumerate(listed)]
            self.rows[table] = read_rows
        if not self.problems:
            self._check()
        if self.problems:
            raise FrameworkError(sorted(self.problems, key=_line_of))

    def _read_row(self, table: str, kind: type[Any], index: int, values: object) -> Any:
        if not isinstance(values, dict):
            return self.problem(table, index, "", "harus berupa tabel.")
        before = len(self.problems)
        known = {item.name: item for item in fields(kind) if not item.metadata.get("derived")}
        for key in values.keys() - known.keys():
            self.problem(table, index, key, f"kunci ini tidak dikenal. Yang dikenal: {', '.join(known)}.")
        types = get_type_hints(kind)
        given = {name: self._value(table, index, item, types[name], values) for name, item in known.items()}
        return kind(**given) if len(self.problems) == before else None

    def _value(self, table: str, index: int, item: "Field[Any]", wanted: Any, values: Mapping[str, Any]) -> Any:
        name = item.name
        if name not in values:
            if item.default is MISSING:
                self.problem(table, index, name, f"kunci {name} wajib diisi.")
            return item.default
        value = values[name]
        if args := get_args(wanted):
            return self._texts(table, index, name, args[0], value)
        if type(value) is not wanted:
            self.problem(table, index, name, f"harus berupa {_named(wanted)}.")
        elif wanted is str and (not value.strip() or value != value.strip()):
            self.problem(table, index, name, "tidak boleh kosong atau berspasi di tepi.")
        elif wanted is str and len(value) > LONGEST.get((table, name), 20_000):
            self.problem(table, index, name, f"paling panjang {LONGEST[table, name]} tanda.")
        return value

    def _texts(self, table: str, index: int, name: str, wanted: type, value: object) -> tuple[Any, ...]:
        if not isinstance(value, list) or not all(type(each) is wanted and each for each in value):
            self.problem(table, index, name, f"harus berupa daftar {_named(wanted)}.")
            return ()
        if len(set(value)) != len(value):
            self.problem(table, index, name, "ada isi yang kembar.")
        return tuple(value)

    # --- rows against each other --------------------------------------------------------------------------------

    def _check(self) -> None:
        self._check_unique()
        self._check_references()
        self._check_numbers()
        self._check_gates()
        self._check_weights()
        self._check_outline()
        self._check_placeholders()
        self._check_sentences()

    def _each(self, table: str) -> Iterable[tuple[int, Any]]:
        return enumerate(self.rows[table])

    def _codes(self, table: str, key: str = "code") -> set[str]:
        return {getattr(row, key) for row in self.rows[table]}

    def _check_unique(self) -> None:
        for table, keys in UNIQUE.items():
            seen: set[tuple[Any, ...]] = set()
            for index, row in self._each(table):
                identity = tuple(getattr(row, key) for key in keys)
                if identity in seen:
                    self.problem(table, index, keys[-1], f"{'/'.join(map(str, identity))} sudah dipakai di atas.")
                seen.add(identity)

    def _refer(self, table: str, key: str, to: str) -> None:
        """Every `key` of `table` must be a code of table `to`."""
        known = self._codes(to)
        for index, row in self._each(table):
            if (value := getattr(row, key)) not in known:
                self.problem(table, index, key, f"{value} tidak ada pada [{to}].")

    def _check_references(self) -> None:
        self._refer("sub_dimension", "dimension", "dimension")
        self._refer("component", "element", "element")
        self._refer("indicator", "component", "component")
        self._refer("question", "section", "group")
        self._refer("sentence", "section", "group")
        self._refer("chapter", "book", "book")
        chapters = {(row.book, row.code) for row in self.rows["chapter"]}
        for index, row in self._each("section"):
            if (row.book, row.chapter) not in chapters:
                self.problem("section", index, "chapter", f"{row.book}/{row.chapter} tidak ada pada [chapter].")
        for index, row in self._each("sub_dimension"):
            if row.code.split("-")[0] != row.dimension:
                self.problem(
                    "sub_dimension", index, "code", f"{row.code} harus diawali kode dimensinya, {row.dimension}-."
                )

    def _check_numbers(self) -> None:
        for table in ("group", "gate", "criterion", "agenda"):
            for index, row in self._each(table):
                if row.stage not in STAGES:
                    self.problem(table, index, "stage", "tahap harus 1 sampai 4.")
        if (code := self.rows["framework"][0].code) != self.path.stem:
            self.problem("framework", 0, "code", f"kode {code} harus sama dengan nama berkas.")
        for index, row in self._each("dimension"):
            if not COLOUR.fullmatch(row.colour):
                self.problem("dimension", index, "colour", "warna ditulis #rrggbb dengan huruf kecil.")
            if row.pattern not in vocabulary.PATTERNS:
                self.problem("dimension", index, "pattern", _choices(vocabulary.PATTERNS))
        for index, row in self._each("question"):
            if row.kind not in vocabulary.KINDS:
                self.problem("question", index, "kind", _choices(vocabulary.KINDS))
            if row.words < 1:
                self.problem("question", index, "words", "anjuran jumlah kata harus positif.")
        for index, row in self._each("legal_basis"):
            if row.rank not in range(1, 8):
                self.problem("legal_basis", index, "rank", "jenis harus 1 sampai 7.")

    def _check_gates(self) -> None:
        parameters = {item.name for item in fields(shape.Gate)} - {"stage", "rule", "title", "sentence"}
        for index, row in self._each("gate"):
            if row.rule not in vocabulary.RULES:
                self.problem("gate", index, "rule", _choices(vocabulary.RULES))
                continue
            given = {name for name in parameters if getattr(row, name)}
            for name in given ^ vocabulary.RULES[row.rule]:
                deed = "tidak dipakai oleh" if name in given else "wajib untuk"
                self.problem("gate", index, name, f"parameter {name} {deed} aturan {row.rule}.")

    # --- outlines ------------------------------------------------------------------------------------------------

    def _check_weights(self) -> None:
        for stage in sorted({row.stage for row in self.rows["criterion"]}):
            last = max(index for index, row in self._each("criterion") if row.stage == stage)
            total = sum(row.weight for row in self.rows["criterion"] if row.stage == stage)
            if total != 100:
                self.problem("criterion", last, "weight", f"jumlah bobot tahap {stage} harus 100, bukan {total}.")

    def _check_outline(self) -> None:
        known = self._codes("question", "key")
        for index, row in self._each("question"):
            if row.key in vocabulary.CONTENT or row.key in vocabulary.FRONT_MATTER:
                self.problem("question", index, "key", "kunci ini nama isi buku; pakai nama lain.")
        for index, row in self._each("book"):
            for name in row.front:
                if name not in known | vocabulary.FRONT_MATTER:
                    self.problem("book", index, "front", f"{name} bukan pertanyaan dan bukan halaman depan.")
            for code in row.combines:
                if code not in self._codes("book") - {row.code}:
                    self.problem("book", index, "combines", f"{code} tidak ada pada [book].")
        for index, row in self._each("section"):
            for source in row.sources:
                if sentence := self._source_problem(source, known):
                    self.problem("section", index, "source", sentence)
        self._check_fed()

    def _source_problem(self, source: shape.Source, questions: set[str]) -> str:
        if source.name in questions:
            return f"{source.name} adalah pertanyaan dan tidak memakai titik dua." if source.argument else ""
        if source.name not in vocabulary.CONTENT:
            return f"{source.name} bukan pertanyaan dan bukan isi buku yang dikenal."
        taken = vocabulary.CONTENT[source.name]
        choices = set(shape.TERMS) if taken == "term" else self._codes(taken) if taken else set()
        if source.argument and source.argument not in choices:
            return f"{source.name} tidak mengenal {source.argument}."
        return ""

    def _check_fed(self) -> None:
        feeds = self._feeds()
        for index, row in self._each("question"):
            if row.key not in feeds:
                self.problem("question", index, "key", f"{row.key} tidak dicetak pada buku mana pun.")

    def _feeds(self) -> dict[str, list[tuple[str, str]]]:
        feeds: dict[str, list[tuple[str, str]]] = {}
        keys = self._codes("question", "key")
        printed = [(name, (book.code, shape.FRONT)) for book in self.rows["book"] for name in book.front]
        printed += [(each.name, (row.book, row.chapter)) for row in self.rows["section"] for each in row.sources]
        for name, place in printed:
            if name in keys and place not in feeds.setdefault(name, []):
                feeds[name].append(place)
        return feeds

    def _check_placeholders(self) -> None:
        for table, key in (("section", "intro"), ("chapter", "gist"), ("commitment", "text"), ("book", "running")):
            for index, row in self._each(table):
                for name in _placeholders(getattr(row, key)) - shape.PLACEHOLDERS:
                    self.problem(table, index, key, f"{{{name}}} tidak dikenal. {_choices(shape.PLACEHOLDERS)}")

    def _check_sentences(self) -> None:
        """Each sentence that the books need has its default, and names only what is filled in there."""
        given = self._codes("sentence", "key")
        for index, row in self._each("sentence"):
            if row.key not in phrases.SENTENCES:
                self.problem("sentence", index, "key", f"{row.key} bukan kalimat buku yang dikenal.")
                continue
            known = {*phrases.PLAIN, *phrases.SENTENCES[row.key]}
            for name in phrases.unknown(row.text, known):
                self.problem("sentence", index, "text", f"{name} tidak dikenal di sini. {_choices(known)}")
        last = len(self.rows["sentence"]) - 1
        for key in sorted(phrases.SENTENCES.keys() - given):
            self.problem("sentence", last, "key", f"kalimat {key} belum ada.")
        groups = self._codes("group")
        for index, row in self._each("book"):
            if not row.combines and phrases.question_key(row.code) not in groups:
                self.problem("book", index, "code", f"[group] {phrases.question_key(row.code)} belum ada.")

    # --- the result ----------------------------------------------------------------------------------------------

    def framework(self) -> shape.Framework:
        rows = {table: tuple(found) for table, found in self.rows.items()}
        return shape.Framework(
            about=rows["framework"][0],
            dimensions=rows["dimension"],
            sub_dimensions=rows["sub_dimension"],
            elements=rows["element"],
            components=rows["component"],
            indicators=self._indicators(),
            groups=rows["group"],
            all_questions=self._questions(),
            all_gates=rows["gate"],
            all_criteria=rows["criterion"],
            books=self._books(),
            abbreviations=rows["abbreviation"],
            legal_basis=rows["legal_basis"],
            commitment=rows["commitment"],
            agendas=rows["agenda"],
        )

    def _indicators(self) -> tuple[shape.Indicator, ...]:
        elements = {row.code: row.element for row in self.rows["component"]}
        return tuple(replace(row, element=elements[row.component]) for row in self.rows["indicator"])

    def _questions(self) -> tuple[shape.Question, ...]:
        stages = {row.code: row.stage for row in self.rows["group"]}
        feeds = self._feeds()
        asked = [replace(row, feeds=tuple(feeds[row.key])) for row in self.rows["question"]]
        worded = wordings(self.rows["chapter"], self.rows["section"], self.rows["sentence"])
        return tuple(replace(row, stage=stages[row.section]) for row in [*asked, *worded])

    def _books(self) -> tuple[shape.Book, ...]:
        return tuple(replace(book, chapters=self._chapters(book.code)) for book in self.rows["book"])

    def _chapters(self, book: str) -> tuple[shape.Chapter, ...]:
        return tuple(
            replace(
                row,
                sections=tuple(each for each in self.rows["section"] if (each.book, each.chapter) == (book, row.code)),
            )
            for row in self.rows["chapter"]
            if row.book == book
        )


def _named(kind: type) -> str:
    return {str: "teks", int: "bilangan bulat", bool: "true atau false"}[kind]


def _choices(known: Iterable[str]) -> str:
    return f"Pilihannya: {', '.join(sorted(known))}."


def _placeholders(text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return {"?"}


def _line_of(problem: str) -> tuple[int, str]:
    return int(problem.split(":")[1]), problem
