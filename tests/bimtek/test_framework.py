import re
from pathlib import Path

import pytest

from bimtek import framework as shape
from bimtek import vocabulary
from bimtek.framework import FOLDER, FrameworkError, framework
from bimtek.framework_file import read
from bimtek.richtext import clean_text

CODE = "kominfo-2017"
TEXT = (FOLDER / f"{CODE}.toml").read_text(encoding="utf-8")


@pytest.fixture
def problems_of(tmp_path: Path):
    """Writes the real file with one text replaced, and gives back what the reader says about it."""

    def write(old: str, new: str, count: int = 1) -> list[str]:
        assert old in TEXT
        path = tmp_path / f"{CODE}.toml"
        path.write_text(TEXT.replace(old, new, count), encoding="utf-8")
        with pytest.raises(FrameworkError) as broken:
            read(path)
        return list(broken.value.problems)

    return write


def line_of(text: str, after: str = "") -> int:
    """The line of the first `text` behind `after` in the real file."""
    start = TEXT.index(after) if after else 0
    return TEXT[: TEXT.index(text, start)].count("\n") + 1


def test_six_dimensions_with_three_sub_dimensions_each():
    found = framework(CODE)

    assert [row.code for row in found.dimensions] == ["SG", "SB", "SE", "SL", "SS", "SV"]
    assert len(found.sub_dimensions) == 18
    assert [row.name for row in found.sub_dimensions_of("SL")] == [
        "Harmonisasi tata ruang",
        "Prasarana kesehatan",
        "Sarana transportasi",
    ]
    assert len({row.colour for row in found.dimensions}) == len({row.pattern for row in found.dimensions}) == 6


def test_the_readiness_bank_has_eighty_indicators_over_nine_components():
    found = framework(CODE)

    assert len(found.indicators) == 80
    assert {row.component for row in found.indicators} == {row.code for row in found.components}
    assert {row.element for row in found.indicators} == {"struktur", "infrastruktur", "suprastruktur"}
    assert found.readiness("ST-BIR-01").name == "Indeks SPBE"
    assert found.readiness("ST-BIR-01").element == "struktur"


def test_every_question_is_printed_somewhere():
    found = framework(CODE)

    assert all(row.feeds for row in found.all_questions if row.section != "kalimat-data")
    assert found.question("visi-SG").feeds == (("buku-1", "visi-sasaran"), ("buku-2", "strategi"))
    assert ("buku-3", shape.FRONT) in found.question("kata-pengantar").feeds


def test_every_question_has_an_example_that_could_be_saved_as_an_answer():
    for question in framework(CODE).all_questions:
        sentences = re.findall(r"[.!?](?:\s|$)", question.example)

        assert clean_text(question.example) == question.example, question.key
        if question.kind == "rich":
            assert 2 <= len(sentences) <= 5, (question.key, len(sentences))


def test_the_default_commitment_and_agendas_are_complete():
    found = framework(CODE)

    assert [row.number for row in found.commitment] == [1, 2, 3]
    assert all(len(found.agenda(stage)) >= 5 for stage in range(1, 5))
    assert len(found.abbreviations) >= 60
    assert [row.short.casefold() for row in found.abbreviations] == sorted(
        row.short.casefold() for row in found.abbreviations
    )


def test_a_sentence_of_the_books_without_words_stops_the_start(problems_of):
    found = problems_of('key = "program-anggaran"', 'key = "program-anggran"')

    assert len(found) == 2
    assert any("program-anggran bukan kalimat buku yang dikenal" in problem for problem in found)
    assert any("kalimat program-anggaran belum ada" in problem for problem in found)


def test_a_default_sentence_names_only_what_is_filled_in_there(problems_of):
    old = "Rencana aksi memuat {jumlah_program}: {rincian}."
    found = problems_of(old, "Rencana aksi memuat {jumlah_programme}: {indeks:>9}.")

    assert all(each.startswith(f"{CODE}.toml:{line_of(old)}: [sentence] text:") for each in found)
    assert any("{jumlah_programme} tidak dikenal di sini" in each for each in found)


def test_each_book_has_its_group_of_sentences(problems_of):
    assert any("[group] kalimat-buku-2 belum ada" in each for each in problems_of('"kalimat-buku-2"', '"kalimat-b"'))


def test_questions_are_found_by_stage_and_group():
    found = framework(CODE)

    assert {row.stage for row in found.all_questions} == {1, 2, 3, 4}
    assert [row.key for row in found.questions(3, "strategi")] == [f"strategi-{row.code}" for row in found.dimensions]
    assert all(found.questions(stage, group.code) for stage in range(1, 5) for group in found.question_groups(stage))


def test_every_stage_has_gates_for_attendance_and_minutes():
    for stage in range(1, 5):
        assert {"attendance_present", "minutes_present"} <= {gate.rule for gate in framework(CODE).gates(stage)}


def test_every_content_function_and_every_rule_is_used():
    found = framework(CODE)
    used = {
        source.name
        for book in found.books
        for chapter in book.chapters
        for section in chapter.sections
        for source in section.sources
    }

    assert set(vocabulary.CONTENT) - used == set()
    assert set(vocabulary.RULES) == {gate.rule for gate in found.all_gates}


def test_section_numbers_follow_their_chapter():
    numerals = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5", "VI": "6", "VII": "7"}
    for book in framework(CODE).books:
        for chapter in book.chapters:
            for section in chapter.sections:
                expected = r"[A-Z]" if chapter.is_appendix else rf"{numerals[chapter.numeral]}(\.\d+)+"
                assert re.fullmatch(expected, section.number), (book.code, chapter.code, section.number)


def test_the_combined_file_binds_the_three_books():
    combined = framework(CODE).book("gabungan")

    assert combined.combines == ("buku-1", "buku-2", "buku-3")
    assert combined.chapters == ()


def test_filled_puts_the_region_into_an_intro():
    gist = framework(CODE).chapter("buku-1", "visi-sasaran").gist

    assert (
        shape.filled(gist, {"daerah": "Kota Contoh"})
        == "Apa yang ingin dicapai Kota Contoh dengan smart city, dan bagaimana mengukurnya."
    )


def test_legal_basis_is_ordered_by_rank_then_year_and_names_the_urban_regulation_rightly():
    basis = framework(CODE).legal_basis

    assert [(row.rank, row.year) for row in basis] == sorted((row.rank, row.year) for row in basis)
    assert (2, "59", 2022, "Perkotaan") in {(row.rank, row.number, row.year, row.about) for row in basis}


def test_an_unknown_version_is_a_key_error():
    with pytest.raises(KeyError):
        framework("kominfo-1999")


# --- a broken file is refused, with the line --------------------------------------------------------------------


def test_an_unknown_key_is_named_with_its_line(problems_of):
    found = problems_of(
        'section = "pendahuluan"\nlabel = "Latar belakang"', 'section = "pendahuluan"\nlabell = "Latar belakang"'
    )

    line = line_of('label = "Latar belakang"')
    assert any(each.startswith(f"{CODE}.toml:{line}: [question] labell: kunci ini tidak dikenal") for each in found)
    assert any("kunci label wajib diisi" in each for each in found)


def test_a_duplicate_code_is_named_with_its_line(problems_of):
    found = problems_of('code = "ST-SDM-02"', 'code = "ST-SDM-01"')

    line = line_of('code = "ST-SDM-02"')
    assert found == [f"{CODE}.toml:{line}: [indicator] code: ST-SDM-01 sudah dipakai di atas."]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            'source = ["latar-belakang"]',
            'source = ["latar-belakangan"]',
            "latar-belakangan bukan pertanyaan dan bukan isi buku",
        ),
        ('"readiness_tables:struktur"', '"readiness_tables:strukture"', "readiness_tables tidak mengenal strukture"),
        ('source = ["legal_basis"]', 'source = ["legal_basis:SG"]', "legal_basis tidak mengenal SG"),
        ('dimension = "SG"', 'dimension = "SX"', "SX tidak ada pada [dimension]"),
        ('component = "sdm"', 'component = "sdn"', "sdn tidak ada pada [component]"),
        ('chapter = "swot"', 'chapter = "swott"', "buku-1/swott tidak ada pada [chapter]"),
        ('rule = "minutes_present"', 'rule = "minutes_there"', "[gate] rule: Pilihannya:"),
        ("percent = 100", "at_most = 2", "parameter percent wajib untuk aturan readiness_filled"),
        ('colour = "#10497c"', 'colour = "biru"', "warna ditulis #rrggbb"),
        ('pattern = "garis"', 'pattern = "miring"', "[dimension] pattern: Pilihannya:"),
        ("{daerah} menyusun", "{kota} menyusun", "{kota} tidak dikenal"),
        ('name = "Smart Governance"', 'name = ""', "tidak boleh kosong"),
        ("required = true", 'required = "ya"', "harus berupa true atau false"),
        ("stage = 1", "stage = 5", "tahap harus 1 sampai 4"),
        ('combines = ["buku-1"', 'combines = ["buku-9"', "buku-9 tidak ada pada [book]"),
        ('"title_page"', '"title_pages"', "title_pages bukan pertanyaan dan bukan halaman depan"),
        ('code = "kominfo-2017"', 'code = "kominfo-2018"', "harus sama dengan nama berkas"),
        ("[[agenda]]", "[[agendas]]", "[agendas]: tabel ini tidak dikenal"),
    ],
)
def test_a_slip_is_refused_with_a_sentence(problems_of, old: str, new: str, sentence: str):
    found = problems_of(old, new)

    assert any(sentence in each for each in found), found
    assert all(re.match(rf"{re.escape(CODE)}\.toml:[1-9]\d*: \[", each) for each in found), found


def test_a_question_that_no_book_prints_is_refused(problems_of):
    found = problems_of('"keberlanjutan-quick-win"]', '"quick_win_summary"]')

    assert any("keberlanjutan-quick-win tidak dicetak pada buku mana pun" in each for each in found)


def test_what_is_not_toml_is_refused_with_the_file_name(tmp_path: Path):
    path = tmp_path / "rusak.toml"
    path.write_text("[framework\n")

    with pytest.raises(FrameworkError, match=r"rusak\.toml: bukan TOML yang sah: .*line 1"):
        read(path)


def test_the_system_check_reports_a_broken_file(monkeypatch, tmp_path: Path):
    from bimtek.framework_check import framework_files

    (tmp_path / "salah.toml").write_text(TEXT.replace('pattern = "garis"', 'pattern = "x"'), encoding="utf-8")
    monkeypatch.setattr(shape, "FOLDER", tmp_path)

    errors = framework_files(None)

    assert any("[dimension] pattern" in error.msg for error in errors)
    assert all(error.id == "bimtek.E002" for error in errors)


def test_the_shipped_files_pass_the_system_check():
    from bimtek.framework_check import framework_files

    assert framework_files(None) == []
