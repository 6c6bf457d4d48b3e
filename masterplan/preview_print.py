"""The printed pages of one piece of a chapter, looked at beside its form: the very unit that the book will take, bound alone."""

import tempfile
from pathlib import Path

from bimtek.models import Plan
from masterplan import issuing, units
from masterplan.bindery import Bindery
from masterplan.books import Content
from masterplan.compose.edition import edition
from masterplan.compose.material import Material
from masterplan.numbering import references
from masterplan.outline import book_with
from masterplan.preview import Place
from masterplan.printing import pieces_of, render_piece, unit_key


def printed(plan: Plan, material: Material, place: Place, number: int) -> bytes:
    """The PDF, stamped like the book. number: of the piece in its chapter, from 0.

    The unit lies in the store under the key of its content: what was looked at is not rendered again when the book is
    printed. Raises regions.jobs.Failure with a sentence when it cannot be rendered.
    """
    composed = Content(edition(material), (book_with(material, place.book, place.chapter),))
    content = Content.read(composed.spelled)  # as a print freezes it: without the origins that only screens know
    files = issuing.kept_files(plan, content)
    piece = list(pieces_of(content))[number]
    key = unit_key(content.edition, piece, references(content), files)
    unit = units.stored(key) or render_piece(
        content, piece, key=key, files=files, name=piece.name, going_on=units.nobody_asks
    )
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "halaman.pdf"
        Bindery(content, {}, files, units.nobody_asks).bind_piece(piece, unit, target)
        return target.read_bytes()
