"""The validator of PDF/A-3a and PDF/UA-1 that every book must pass."""

from collections.abc import Iterator
from pathlib import Path

import page
import pikepdf

PROFILES = {"PDF/A-3a": page.ValidationProfile.PDF_A_3A, "PDF/UA-1": page.ValidationProfile.PDF_UA_1}


def faults(path: Path) -> list[str]:
    """One line for everything that either standard does not allow."""
    return [line for name, profile in PROFILES.items() for line in _faults(path, name, profile)]


def _faults(path: Path, name: str, profile: page.ValidationProfile) -> Iterator[str]:
    report = page.validate_pdf(str(path), profile=profile, limits=page.SafetyLimits.unlimited())
    for failure in report.failures:
        yield f"{path.name}: {name}: {failure.rule_id}: {failure.message} {failure.object_id or ''}"
    if report.is_compliant == bool(report.failures):
        yield f"{path.name}: {name}: the report contradicts itself"


def spoil(path: Path, target: Path) -> None:
    """A copy with a form that two pages show with marks of its own, a list in a box, and an attachment of no known kind."""
    with pikepdf.open(path) as book:
        form = book.make_stream(
            b"/P <</MCID 0>> BDC EMC",
            {"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Form, "/BBox": pikepdf.Array([0, 0, 9, 9])},
        )
        for number in (-1, -2):
            shown = book.pages[number]
            shown.obj.Resources = pikepdf.Dictionary(
                XObject=pikepdf.Dictionary(Bad=form), Font=shown.obj.Resources.Font
            )
            shown.contents_add(b"/Bad Do")
        del book.Root.AF[0].EF.F.Subtype
        book.Root.StructTreeRoot.K[0].S = pikepdf.Name.L
        book.save(target)
