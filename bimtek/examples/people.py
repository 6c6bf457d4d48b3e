"""The people of an example region: one sign-in for each role, on a reserved domain, born without a password."""

from dataclasses import dataclass

from accounts.models import User
from regions.access import Access, Role, access_of
from regions.models import Membership, Opd, Region

DOMAIN = "batam.example"  # reserved by RFC 2606: no letter to it ever reaches anybody


@dataclass(frozen=True)
class Person:
    role: Role
    mailbox: str
    full_name: str
    position: str
    institution: str
    opd: str = ""
    """Abbreviation of the operator's office."""

    @property
    def email(self) -> str:
        return f"{self.mailbox}@{DOMAIN}"


PEOPLE = (
    Person(Role.MINISTRY, "kominfo", "Rina Puspita, S.Kom.", "PIC Gerakan Menuju Kota Cerdas", "Kementerian Kominfo"),
    Person(Role.CONSULTANT, "konsultan", "Dr. Bagus Wirawan, M.T.", "Tenaga ahli pendamping", "Tim pembimbing"),
    Person(Role.ADMIN, "admin", "Rina Oktaviani, S.Kom., M.T.", "Kepala Bidang Aplikasi Informatika", "Diskominfo"),
    Person(Role.HEAD_OF_DEPARTMENT, "kadis", "Kepala Dinas Kominfo (akun contoh)", "Kepala Dinas", "Diskominfo"),
    Person(Role.BAPPEDA, "bappeda", "Melisa Tampubolon, S.E., M.Si.", "Kepala Bidang Perencanaan", "Bapelitbangda"),
    Person(Role.OPERATOR, "operator", "dr. Melani Kusumawardhani", "Kepala Bidang Pelayanan", "Dinkes", "Dinkes"),
    Person(Role.LEADER, "pimpinan", "Sekretaris Daerah (akun contoh)", "Sekretaris Daerah", "Setda"),
    Person(Role.COUNCIL, "dewan", "Prof. Dr. Handoko Karyantara, M.Sc.", "Guru Besar Informatika", "Perguruan tinggi"),
)


def demo_people(region: Region) -> list[tuple[Role, User]]:
    """Who signs in as what in the example region, in the order of PEOPLE; empty in any other region."""
    users = User.objects.in_bulk([person.email for person in PEOPLE], field_name="email")
    present = [(person.role, users[person.email]) for person in PEOPLE if person.email in users]
    return [(role, user) for role, user in present if access_of(user, region)] if len(present) == len(PEOPLE) else []


def seat(region: Region, offices: dict[str, Opd]) -> dict[Role, Access]:
    """Makes the people and their memberships where they are missing; returns what each role may do there."""
    seats = {}
    for person in PEOPLE:
        user = _user(person)
        if person.role != Role.MINISTRY:
            _member(region, user, person.role, offices.get(person.opd))
        if access := access_of(user, region):
            seats[person.role] = access
    return seats


def _user(person: Person) -> User:
    known = User.objects.filter(email=person.email).first()
    return known or User.objects.create_user(
        person.email,
        full_name=person.full_name,
        position=person.position,
        institution=person.institution,
        is_ministry=person.role == Role.MINISTRY,
    )


def _member(region: Region, user: User, role: Role, opd: Opd | None) -> None:
    if Membership.objects.current().filter(region=region, user=user, role=role).exists():
        return
    membership = Membership(region=region, user=user, role=role, opd=opd)
    membership.full_clean(exclude=["created_by"])
    membership.save()
