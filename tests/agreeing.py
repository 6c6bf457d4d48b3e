"""Whether web, workbook and pages tell the totals that a drawn plan must have (tests.figures)."""

import io
import os
import random
import re
import sys
import time
from collections.abc import Iterable, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import xlsxwriter
from django.test import Client
from django.urls import reverse

from bimtek.exchange import table, workbook
from bimtek.exchange.sheets import sheets_of
from bimtek.exchange.taking import filled
from bimtek.formats import ringkas
from bimtek.framework import framework
from bimtek.models import BudgetLine, Plan, Programme
from regions.access import Access, Role, access_of
from tests.conftest import signed_in
from tests.factories import make_member
from tests.figures import (
    TERMS,
    Drawn,
    Pages,
    Tables,
    Truth,
    Workbook,
    budget_pages,
    dimension_names,
    read_figure,
    recalculated,
)

SIDES = {
    "dimensi": "dimension", "subdimensi": "sub_dimension", "jangka": "term", "tahun": "year", "opd": "opd", "prioritas": "priority",
    "sumber": "source",
}  # fmt: skip
TERM_WORDS = {"pendek": "Jangka pendek", "menengah": "Jangka menengah", "panjang": "Jangka panjang", "": "Tanpa tahun"}
SOURCE_WORDS = {value: str(label) for value, label in BudgetLine.Source.choices}
PRIORITY_WORDS: dict[Any, str] = {
    "": "Belum ditetapkan",
    **{each.value: str(each.label) for each in Programme.Priority},
}


# --- the web ---------------------------------------------------------------------------------------------------------


def words(truth: Truth, side: str, value: Any) -> str:
    """How a side's value is headed on the pivot page."""
    frame = framework(truth.plan.framework)
    if side == "dimension":
        return dimension_names(truth.plan)[value]
    if side == "sub_dimension":
        return f"{value} {frame.sub_dimension(value).name}"
    named: dict[str, dict[Any, str]] = {
        "term": TERM_WORDS, "source": SOURCE_WORDS, "priority": PRIORITY_WORDS, "opd": {"": "Tanpa OPD"},
    }  # fmt: skip
    return str(named.get(side, {}).get(value, value))


def web_agrees(client: Client, truth: Truth, *, pivots: int = 3) -> None:
    """A few pivots by chance, one of them narrowed; the region's home; and the list of programmes."""
    year = truth.plan.enrolment.cohort.year
    place = [truth.plan.region.slug, year]
    dice = random.Random(len(truth.lines) + year)
    pairs = [pair for pair in product(SIDES, SIDES) if pair[0] != pair[1]]
    for number, (down, across) in enumerate(dice.sample(pairs, pivots)):
        source = dice.choice([line.source for line in truth.lines] or [""]) if number == 0 else ""
        query = {"baris": down, "kolom": across} | ({"hanya-sumber": source} if source else {})
        page = client.get(reverse("bimtek:recap", args=place), query).content.decode()
        pivot_agrees(page, truth, SIDES[down], SIDES[across], {"source": source} if source else {})
    home_agrees(client.get(reverse("bimtek:plan", args=place)).content.decode(), truth)
    listed: dict[str, int] = {}
    url = reverse("bimtek:section", args=[*place, 3, "program"])
    while url:
        answer = client.get(url)
        _, rows = Tables(answer.content.decode()).found[0]
        code, money = (rows[0].index(head) for head in ("Kode", "Anggaran"))
        listed |= {row[code]: read_figure(row[money], "") for row in rows[1:]}
        shown = answer.context["page"]
        url = f"?page={shown.next_page_number()}" if shown.has_next() else ""
        url = url and reverse("bimtek:section", args=[*place, 3, "program"]) + url
    assert listed == {code: truth.total(code=code) for code in truth.codes}


def pivot_agrees(html: str, truth: Truth, down: str, across: str, only: dict[str, str]) -> None:
    if not truth.lines:
        assert "Belum ada anggaran" in html
        return
    caption, rows = Tables(html).of("Anggaran menurut")
    heads = rows[0][1:-2]
    lines = [line for line in truth.lines if all(getattr(line, side) == value for side, value in only.items())]
    cells: dict[tuple[str, str], int] = {}
    for line in lines:
        key = words(truth, down, getattr(line, down)), words(truth, across, getattr(line, across))
        cells[key] = cells.get(key, 0) + line.amount
    grand = sum(line.amount for line in lines)
    chip = re.compile("^(SG|SB|SE|SL|SS|SV) ?(?=Smart )")  # the code beside a dimension's name
    table = {chip.sub("", row[0]): [read_figure(cell, caption) for cell in row[1 : len(heads) + 2]] for row in rows[1:]}
    sums = table.pop("Jumlah")
    told = {
        (row, head): amount
        for row, found in table.items()
        for head, amount in zip(heads, found, strict=False)
        if amount
    }
    assert told == {key: amount for key, amount in cells.items() if amount}
    assert all(sum(found[:-1]) == found[-1] for found in (*table.values(), sums))
    assert [sum(column) for column in zip(*table.values(), strict=True)] == sums
    assert sums[-1] == grand
    assert f"<strong>{rupiah(grand)}</strong>" in html


def home_agrees(html: str, truth: Truth) -> None:
    text = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    assert f"{ringkas(truth.total())} anggaran seluruh tahun" in text
    terms = [term for term in TERMS if term or any(line.term == "" for line in truth.lines)]
    assert " ".join(f"{ringkas(truth.total(term=term))} {TERM_WORDS[term].lower()}" for term in terms) in text
    for code, name in dimension_names(truth.plan).items():
        assert f"{code} {name} {ringkas(truth.total(dimension=code))}" in text


def rupiah(amount: int) -> str:
    return f"Rp{amount:,}".replace(",", ".")


# --- the workbook ----------------------------------------------------------------------------------------------------


def workbook_agrees(book: Workbook, truth: Truth) -> None:
    """Every sum of every block, and each programme's own."""
    assert book.sums_of_programmes() == {code: truth.total(code=code) for code in truth.codes}
    assert book.differences == [0, 0, 0]
    names = {code: f"{code} · {name}" for code, name in dimension_names(truth.plan).items()}
    years = sorted({*truth.plan.years, *(line.year for line in truth.lines)})
    blocks = {
        "Anggaran menurut dimensi dan tahun": (truth.by("dimension", "year"), names, years),
        "Anggaran menurut sumber dan tahun": (truth.by("source", "year"), SOURCE_WORDS, years),
        "Anggaran menurut dimensi dan jangka": (truth.by("dimension", "term"), names, TERMS),
        "Anggaran menurut OPD": (truth.by("short", "term"), {"": "Tanpa OPD"}, TERMS),
    }
    for title, (expected, called, across) in blocks.items():
        heads, found = book.block(title)
        shown = [head for head in across if head in years or TERM_WORDS[head] in heads]
        assert heads == [head if head in years else TERM_WORDS[head] for head in shown]
        sums = found.pop("Jumlah")
        told = {
            (row, head): amount
            for row, line in found.items()
            for head, amount in zip(shown, line, strict=False)
            if amount
        }
        assert told == {(called.get(row, row), head): amount for (row, head), amount in expected.items()}
        assert all(sum(line[:-1]) == line[-1] for line in (*found.values(), sums))
        assert sums[-1] == truth.total()


# --- the book --------------------------------------------------------------------------------------------------------


def pages_agree(pages: Pages, truth: Truth) -> None:
    if truth.lines:
        recaps_agree(pages, truth)
    sentences_agree(pages, truth)
    counts_agree(pages, truth)
    lists_agree(pages, truth)


def recaps_agree(pages: Pages, truth: Truth) -> None:
    """By dimension, source and office over terms, and by dimension over years."""
    named = ("pendek", "menengah", "panjang", *([""] if any(line.term == "" for line in truth.lines) else []))
    years = sorted({*truth.plan.years, *(line.year for line in truth.lines)})
    tables = (
        ("dimensi dan jangka", "dimension", "term", named), ("sumber dan jangka", "source", "term", named),
        ("perangkat daerah dan jangka", "opd", "term", named), ("dimensi dan tahun", "dimension", "year", years),
    )  # fmt: skip
    for title, down, across, heads in tables:
        caption = f"Rekapitulasi anggaran menurut {title}"
        unit, figures, width = pages.unit(caption), pages.figures(caption), len(heads) + 1
        lines = [[read_figure(text, unit) for text in figures[at : at + width]] for at in range(0, len(figures), width)]
        *body, sums = lines
        expected = [
            [*(truth.total(**{down: value, across: head}) for head in heads), amount]
            for value, amount in truth.by(down).items()
        ]
        assert sorted(body) == sorted(expected), caption
        assert sums == [*(truth.total(**{across: head}) for head in heads), truth.total()], caption


def sentences_agree(pages: Pages, truth: Truth) -> None:
    everything = truth.total()
    if truth.lines:
        assert f"Seluruh program membutuhkan {rupiah(everything)} selama" in pages.text
    if everything:
        assert f"Kebutuhan anggarannya {rupiah(everything)} selama" in pages.text
        largest = max(truth.by("dimension").values())
        assert re.search(rf"Bagian terbesar ada pada Smart \w+, yaitu {re.escape(rupiah(largest))}\.", pages.text)
    for code, name in dimension_names(truth.plan).items():
        count, money = sum(each[0] == code for each in truth.codes.values()), truth.total(dimension=code)
        if count and money:
            assert f"Dimensi {name} memuat {counted(count)} dengan kebutuhan anggaran {rupiah(money)}." in pages.text
    for term in TERMS[:3]:
        count, money = sum(each[1] == term for each in truth.codes.values()), truth.total(term=term)
        if count and money:
            assert f"Di dalamnya dimulai {counted(count)} dengan anggaran {rupiah(money)}." in pages.text


def counts_agree(pages: Pages, truth: Truth) -> None:
    """How many programmes each dimension has in each term, and their money."""
    caption = "Jumlah program dan anggaran menurut dimensi dan jangka"
    unit = pages.unit(caption)
    terms = TERMS if any(term == "" for _, term in truth.codes.values()) else TERMS[:3]
    expected: list[str] = []
    for code in (*dimension_names(truth.plan), None):
        own = [term for dimension, term in truth.codes.values() if code in (None, dimension)]
        money = truth.total(**({"dimension": code} if code else {}))
        expected += [*(str(own.count(term)) for term in terms), str(len(own)), written(money, unit)]
    assert pages.figures(caption) == expected


def lists_agree(pages: Pages, truth: Truth) -> None:
    """The wide table of each dimension and the list of each term: what each programme costs, and the sums."""
    for code, name in dimension_names(truth.plan).items():
        caption = f"Rencana aksi {name}"
        own = {each: truth.total(code=each) for each, (dimension, _) in truth.codes.items() if dimension == code}
        if own:
            found = amounts(pages.figures(caption), pages.unit(caption))
            for amount in (*filter(None, own.values()), *filter(None, [sum(own.values())])):
                assert amount in found, caption
            assert found[-1:] == ([sum(own.values())] if sum(own.values()) else found[-1:]), caption
    for term in TERMS[:3]:
        own = {each: truth.total(code=each) for each, (_, its) in truth.codes.items() if its == term}
        if own:
            caption = f"Program {TERM_WORDS[term].lower()} ("
            found = amounts(pages.figures(caption), pages.unit(caption))
            if len(own) > 1:  # "Jumlah 5 program 1.074"; a single one is said in words
                del found[-1 - bool(sum(own.values()))]
            assert sorted(found) == sorted(filter(None, (*own.values(), sum(own.values())))), caption


def amounts(figures: Iterable[str], unit: str) -> list[int]:
    return [read_figure(text, unit) for text in figures if text != "–"]


def written(amount: int, unit: str) -> str:
    return rupiah(amount // (10**6 if "juta" in unit else 1)).removeprefix("Rp") if amount else "–"


def counted(count: int) -> str:
    return "satu program" if count == 1 else f"{count} program"


MONEY = {"program", "anggaran"}


def all_agree(plans: Sequence[Drawn], folder: Path, *, whole: bool) -> None:
    """Looks at each plan in all three places. One LibreOffice computes all workbooks.

    whole: with every sheet, as people get them, not only those that hold money: LibreOffice then takes many times as long.
    """
    assert plans
    user = make_member(plans[0].plan.region, Role.ADMIN)
    access, client, work, spent = access_of(user, plans[0].plan.region), signed_in(user), folder / "buku-kerja", Spent()
    assert access
    work.mkdir()
    built = [(workbook.build if whole else money_only)(each.plan, access) for each in plans]
    books = [Workbook(each) for each in recalculated(built, work)]
    spent.say("workbooks")
    texts = [budget_pages(each.plan) for each in plans]
    spent.say("pages")
    for number, (each, book, text) in enumerate(zip(plans, books, texts, strict=True)):
        truth = Truth(each)
        try:
            workbook_agrees(Workbook(built[number]), truth)  # what a reader that computes nothing sees
            workbook_agrees(book, truth)
            pages_agree(Pages(text), truth)
            web_agrees(client, truth)
        except AssertionError as difference:
            difference.add_note(f"plan {number} of the batch, cohort {truth.plan.enrolment.cohort.year}")
            raise
    spent.say("looked at")


def money_only(plan: Plan, access: Access) -> bytes:
    """The same workbook, without the sheets that hold no money."""
    out = io.BytesIO()
    found = [filled(sheet, plan, access) for sheet in sheets_of(plan, access) if sheet.key in MONEY]
    with xlsxwriter.Workbook(out, table.OPTIONS) as book:
        workbook.Writer(book, plan, access, found, opd=None, empty=False, mark=0).write()
    return out.getvalue()


class Spent:
    """Says how long each part took, by the clock and in processor time with its children."""

    def __init__(self) -> None:
        self.clock, self.cpu = time.perf_counter(), sum(os.times()[:4])

    def say(self, what: str) -> None:
        clock, cpu = time.perf_counter(), sum(os.times()[:4])
        sys.stderr.write(f"\n{what}: {clock - self.clock:.0f} s, {cpu - self.cpu:.0f} s CPU")
        self.clock, self.cpu = clock, cpu
