"""The people of an example region: sign-ins on a reserved domain, born without a password."""

from collections.abc import Mapping, Sequence

from accounts.models import User
from regions.access import Access, Role, access_of
from regions.models import Membership, Opd, Region
from regions.models.place import plain


def domain(region: Region) -> str:
    """'batam.example' of Kota Batam. RFC 2606 reserves the ending: no letter to it ever reaches anybody."""
    return f"{plain(region.official_name)}.example"


def demo_people(region: Region) -> list[tuple[Role, User]]:
    """Who signs in as what in an example region, in the order of the roles; empty in any other region."""
    users = User.objects.filter(email__endswith=f"@{domain(region)}", is_active=True)
    seats = [(access.roles[0], user) for user in users if (access := access_of(user, region))]
    return sorted(seats, key=lambda seat: list(Role).index(seat[0]))


def seat(region: Region, people: Sequence[Mapping[str, str]], offices: Mapping[str, Opd]) -> dict[Role, Access]:
    """Makes the people of people.csv and their memberships where they are missing; what each role may do there."""
    seats = {}
    for person in people:
        role = Role(person["role"])
        user = _user(person, f"{person['mailbox']}@{domain(region)}", role)
        if role != Role.MINISTRY:
            _member(region, user, role, offices.get(person["opd"]))
        if access := access_of(user, region):
            seats[role] = access
    return seats


def _user(person: Mapping[str, str], email: str, role: Role) -> User:
    known = User.objects.filter(email=email).first()
    return known or User.objects.create_user(
        email,
        full_name=person["full_name"],
        position=person["position"],
        institution=person["institution"],
        is_ministry=role == Role.MINISTRY,
    )


def _member(region: Region, user: User, role: Role, opd: Opd | None) -> None:
    if Membership.objects.current().filter(region=region, user=user, role=role).exists():
        return
    membership = Membership(region=region, user=user, role=role, opd=opd)
    membership.full_clean(exclude=["created_by"])
    membership.save()
