"""Findings of the consistency check that a region lets stand, with a reason. A waiver is a row: logged, and taken back."""

from django.core.exceptions import ValidationError
from django.db import transaction

from bimtek import consistency, richtext, writing
from bimtek.consistency import Finding
from bimtek.models import Plan, Waiver
from regions.access import Access, Permission

SHORTEST, LONGEST = 10, 1000  # letters of a reason
GONE = "Temuan ini sudah tidak ada atau sudah dikecualikan. Muat ulang halaman."


@transaction.atomic
def waive(plan: Plan, key: str, reason: str, *, access: Access) -> Waiver:
    """Lets a finding stand as it reads now; when its row changes, it is found anew."""
    writing.refuse_unless(access, Permission.FILL_ALL)
    finding = _open(plan, key)
    text = richtext.clean_text(reason)
    if not SHORTEST <= len(text) <= LONGEST:
        raise ValidationError(f"Tulis alasannya, {SHORTEST} sampai {LONGEST} huruf, supaya peninjau memahaminya.")
    waiver = writing.new(
        Waiver, plan, rule=finding.rule.code, key=key, sentence=finding.sentence, reason=text,
        by_name=str(access.user)[:150],
    )  # fmt: skip
    return writing.add(waiver, access=access)


def _open(plan: Plan, key: str) -> Finding:
    found = next((each for each in consistency.survey(plan).open if each.key == key), None)
    if found is None:
        raise ValidationError(GONE)
    return found


def withdraw(waiver: Waiver, *, access: Access) -> None:
    """The finding counts again."""
    writing.refuse_unless(access, Permission.FILL_ALL)
    writing.remove(waiver, access=access, version=waiver.version)
