"""Why, on what ground and by whom: legal basis, the four sessions, and the two teams."""

from bimtek.formats import date_range
from bimtek.models import Decree, Regulation, Session, Stage, TeamMember
from masterplan.blocks import Block, Bullets, Heading, TableRow
from masterplan.compose.material import Material
from masterplan.compose.words import UNFILLED, col, joined, nothing, say, table
from masterplan.origins import of_row

TEAM_TITLES = {TeamMember.Team.COUNCIL: "Dewan Smart City", TeamMember.Team.TEAM: "Tim Pelaksana Smart City"}
DECREE_OF = {TeamMember.Team.COUNCIL: Decree.Purpose.COUNCIL, TeamMember.Team.TEAM: Decree.Purpose.TEAM}


def legal_basis(m: Material, argument: str = "") -> list[Block]:
    """The framework's list as it stood in the cohort's year, with the region's own lines, by rank and then by year."""
    known = {
        (each.rank, each.number, each.year): each.about
        for each in m.framework.legal_basis
        if each.year <= m.cohort_year
    }
    known.update({(each.rank, each.number.strip(), each.year): each.about for each in m.regulations})
    ordered = sorted(known.items(), key=lambda each: (each[0][0], each[0][2], _digits(each[0][1]), each[0][1]))
    lines = [
        f"{_title(m, rank)} Nomor {number} Tahun {year} tentang {about}." for (rank, number, year), about in ordered
    ]
    if not lines:
        return [nothing("Dasar hukum penyusunan masterplan.", Stage.PERSEPSI, "Peraturan")]
    own = {(each.rank, each.number.strip(), each.year): of_row(each) for each in m.regulations}
    origins = tuple(own.get(key, "") for key, _ in ordered)
    return [Bullets(tuple(line.replace("..", ".") for line in lines), ordered=True, origins=origins)]


def _digits(number: str) -> int:
    return int(number) if number.isdecimal() and len(number) < 9 else 10**9


def _title(m: Material, rank: int) -> str:
    if rank == Regulation.Rank.PERKADA:
        return "Peraturan Wali Kota" if m.region.kind == m.region.Kind.KOTA else "Peraturan Bupati"
    if rank == Regulation.Rank.OTHER:
        return "Ketentuan"
    return str(Regulation.Rank(rank).label)


def dated(session: Session) -> str:
    return date_range(session.starts, session.ends)


def on_behalf(name: str, position: str, other: str) -> str:
    """'Jefridin, Sekretaris Daerah, mewakili Wali Kota Batam'."""
    who = ", ".join(part for part in (name, position) if part)
    return f"{who}, mewakili {other}" if who and other else who


def sessions(m: Material, argument: str = "") -> list[Block]:
    if not m.sessions:
        return [nothing("Tanggal, tempat, dan peserta keempat bimbingan teknis.", Stage.PERSEPSI, "Pertemuan")]
    heads = sum(len(session.attendees.all()) for session in m.sessions)
    rows = [
        (
            f"Tahap {Stage(session.stage).roman}\n{Stage(session.stage).short}",
            dated(session),
            session.venue or UNFILLED,
            on_behalf(session.opened_by, session.opened_by_position, session.opened_for) or UNFILLED,
            str(len(session.attendees.all()) or "–"),
        )
        for session in m.sessions
    ]
    columns = (
        col("Tahap", 1.5),
        col("Tanggal", 1.3),
        col("Tempat", 1.7),
        col("Dibuka oleh", 2.2),
        col("Peserta", 0.8, "right"),
    )
    opening = (
        m.sentence("pertemuan", jumlah_pertemuan=len(m.sessions), jumlah_kehadiran=heads)
        if heads
        else m.sentence("pertemuan-tanpa-peserta", jumlah_pertemuan=len(m.sessions))
    )
    caption = "Pelaksanaan bimbingan teknis penyusunan masterplan"
    return [say(opening, tabel="pertemuan"), table(caption, columns, rows, key="pertemuan", source=_organiser(m))]


def _organiser(m: Material) -> str:
    return f"Catatan pertemuan bimbingan teknis {m.region.name}, {m.cohort_year}"


def decree_line(decree: Decree) -> str:
    """'Surat keputusan Nomor 12 Tahun 2022 tentang …'."""
    about = f" tentang {decree.about.strip().rstrip('.')}" if decree.about.strip() else ""
    year = "" if str(decree.year) in decree.number else f" Tahun {decree.year}"
    return f"{form_of(decree)} Nomor {decree.number}{year}{about}"


def form_of(decree: Decree) -> str:
    """'Surat Keputusan', 'Peraturan Wali Kota': with capitals, as before a number."""
    return str(decree.get_form_display()).title()


def team(m: Material, argument: str = "") -> list[Block]:
    """Dewan and Tim Pelaksana, each with its decree. Personal numbers are not even read."""
    blocks: list[Block] = []
    for kind, title in TEAM_TITLES.items():
        members = [each for each in m.members if each.team == kind]
        decrees = [each for each in m.decrees if each.purpose == DECREE_OF[kind]]
        blocks.append(Heading(3, title))
        blocks += _team(m, kind, title, members, decrees)
    return blocks


def _team(m: Material, kind: str, title: str, members: list[TeamMember], decrees: list[Decree]) -> list[Block]:
    if not members and not decrees:
        return [nothing(f"Surat keputusan dan susunan {title}.", Stage.PERSEPSI, "Tim dan keputusan")]
    ground = (
        m.sentence("tim-dasar", tim=title, keputusan=joined(map(decree_line, decrees)))
        if decrees
        else m.sentence("tim-tanpa-keputusan", tim=title)
    )
    if not members:
        return [say(ground), nothing(f"Susunan anggota {title}.", Stage.PERSEPSI, "Tim dan keputusan")]
    size = m.sentence("tim-susunan", tim=title, jumlah_orang=len(members))
    groups = any(each.working_group for each in members)
    rows = [_member(number, each, groups) for number, each in enumerate(members, start=1)]
    columns = [col("No.", 0.5, "right"), col("Nama", 2), col("Jabatan dan instansi", 2.6), col("Kedudukan", 1.2)]
    columns += [col("Pokja", 0.7)] if groups else []
    columns += [col("Unsur", 1.2)]
    key = f"tim-{kind}"
    return [
        say(ground, size, tabel=key),
        table(f"Susunan {title} {m.region.name}", columns, rows, key=key, source=_decree_source(decrees) or m.analysis),
    ]


def _member(number: int, each: TeamMember, groups: bool) -> TableRow:
    duty = "\n".join(part for part in (each.position_title, each.institution) if part and part != each.name)
    cells = (str(number), each.name, duty or "–", each.role)
    group = (each.working_group or "–",) if groups else ()
    names = ("", "name", "position_title", "role", *(["working_group"] if groups else []), "element")
    return TableRow((*cells, *group, each.element or "–"), origin=of_row(each), names=names)


def _decree_source(decrees: list[Decree]) -> str:
    return "; ".join(f"{form_of(each)} Nomor {each.number}, {each.year}" for each in decrees)
