"""Sign-ins for trying the example out: one person per role, with passwords that are shown once and kept as hashes only."""

import secrets

from accounts.models import User
from bimtek.examples.people import demo_people
from regions.access import Role
from regions.models import Region

REGION = "21.71"  # Kota Batam, the region of the example


def new_passwords() -> dict[Role, tuple[User, str]]:
    """Gives the example's person of each role a new random password, and returns both. Empty without the example."""
    region = Region.objects.filter(code=REGION).first()
    people = demo_people(region) if region else []
    return {role: (user, _renew(user)) for role, user in people}


def _renew(user: User) -> str:
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    user.set_password(password)
    user.save(update_fields=["password"])
    return password
