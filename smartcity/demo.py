"""Sign-ins for trying the example out: one person per role, with passwords that are shown once and kept as hashes only."""

import secrets

from accounts.models import User
from regions.access import Role
from regions.models import Membership, Opd, Region

REGION = "21.71"  # Kota Batam, the region of the example
DOMAIN = "@contoh.id"  # nobody else's password is ever touched
PEOPLE = {  # who stands in for a role that the example itself left empty: address, name, position
    Role.MINISTRY: ("kominfo", "Rina Puspita, S.Kom.", "Admin Kominfo"),
    Role.CONSULTANT: ("konsultan", "Dr. Bagus Wirawan, M.T.", "Tenaga ahli pendamping"),
    Role.ADMIN: ("admin", "Dewi Anggraini, S.T.", "Kepala Bidang Aptika"),
    Role.HEAD_OF_DEPARTMENT: ("kadis", "Ir. Hendra Saputra", "Kepala Dinas Komunikasi dan Informatika"),
    Role.BAPPEDA: ("bappeda", "Maya Lestari, S.E., M.M.", "Kepala Bidang Perencanaan"),
    Role.OPERATOR: ("operator", "Yusuf Ramadhan, A.Md.", "Operator OPD"),
    Role.LEADER: ("pimpinan", "Drs. Surya Atmaja", "Sekretaris Daerah"),
    Role.COUNCIL: ("dewan", "Prof. Lestari Handayani", "Anggota Dewan Smart City"),
}


def new_passwords() -> dict[Role, tuple[User, str]]:
    """Gives the demo person of each role a new random password, and returns both. Empty without the example's region."""
    region = Region.objects.filter(code=REGION).first()
    if region is None:
        return {}
    return {role: (user, _renew(user)) for role in Role for user in [_person(region, role)]}


def _renew(user: User) -> str:
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    user.set_password(password)
    user.save(update_fields=["password"])
    return password


def _person(region: Region, role: Role) -> User:
    """The example's own person in this role, or a new one."""
    if role == Role.MINISTRY:
        known = User.objects.filter(is_ministry=True, is_active=True, email__endswith=DOMAIN).first()
        return known or _new_user(role)
    held = Membership.objects.current().filter(region=region, role=role, user__email__endswith=DOMAIN)
    if first := held.order_by("created_at").select_related("user").first():
        return first.user
    user = _new_user(role)
    Membership.objects.create(region=region, user=user, role=role, opd=_opd(region) if role == Role.OPERATOR else None)
    return user


def _new_user(role: Role) -> User:
    name, full_name, position = PEOPLE[role]
    user = User.objects.filter(email=name + DOMAIN).first()
    return user or User.objects.create_user(
        name + DOMAIN, full_name=full_name, position=position, is_ministry=role == Role.MINISTRY
    )


def _opd(region: Region) -> Opd:
    offices = Opd.objects.filter(region=region, active=True)
    return (
        offices.filter(name__icontains="kesehatan").first()
        or offices.first()
        or Opd.objects.create(region=region, name="Dinas Kesehatan")
    )
