"""What makes a bound book fit for an archive and for a screen reader at once: PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1).

Both are claimed in one XMP packet; the schema of the second is described in it, since PDF/A knows only its own properties.
The plan's content goes along as JSON and as a workbook, so that the figures of a book can be read again without reading pages.
"""

import functools
import hashlib
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from xml.sax.saxutils import escape

from masterplan import numbering, units, workbook
from masterplan.editions import Edition
from masterplan.filing import ENDED, File, squeezed, text
from masterplan.sealing import seal, sealed

DATA_NAME, WORKBOOK_NAME = "isi.json", "isi.xlsx"
ATTACHED = [DATA_NAME, WORKBOOK_NAME]  # by name, as a name tree wants them
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>id-ID</rdf:li></rdf:Bag></dc:language>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema><pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>Part of ISO 14289</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def describe(out: File, title: str, edition: Edition) -> tuple[bytes, int]:
    """Title, author, subject and language, the same in the packet and in the information dictionary.

    Returns entries of the catalog, and the number of the information dictionary.
    """
    author = f"Pemerintah {edition.region}"
    subject = f"{edition.title} {edition.period}. {edition.version}, {edition.date}."
    packet = PACKET.format(title=escape(title), author=escape(author), subject=escape(subject)).encode()
    metadata = out.new()
    out.copy(metadata, b"<</Type /Metadata/Subtype /XML/Length %d>>" % len(packet), b"\nstream\n%s%s" % (packet, ENDED))
    profile = out.stream(b"/N 3", _screen_colours(), packed=True)
    intent = out.add(
        b"<</Type /OutputIntent/S /GTS_PDFA1/OutputConditionIdentifier (sRGB)/Info (sRGB IEC61966-2.1)/DestOutputProfile %d 0 R>>"
        % profile
    )
    info = out.add(b"<</Title %s/Author %s/Subject %s>>" % (text(title), text(author), text(subject)))
    entries = b"/Metadata %d 0 R/Lang (id-ID)/ViewerPreferences <</DisplayDocTitle true>>/OutputIntents [%d 0 R]"
    return entries % (metadata, intent), info


@functools.cache
def _screen_colours() -> bytes:
    """The red, green and blue of all pages mean sRGB. The profile, compressed, is the one that the renderer brings along.

    It is found without loading the renderer, which would cost whoever binds a second and 40 MB for ever.
    """
    renderer = find_spec("weasyprint")
    if renderer is None or renderer.origin is None:
        raise FileNotFoundError("weasyprint is not installed")
    return squeezed((Path(renderer.origin).parent / "pdf" / "sRGB2014.icc").read_bytes())


def attach(out: File, data: bytes) -> tuple[bytes, bytes]:
    """Puts the content in as `isi.json` and as a workbook, as the data that the book was made from.

    Returns an entry of the catalog, and one of its names.
    """
    files = {name: out.add(_file(out, name, *each)) for name, each in attached(data).items()}
    listed = b" ".join(b"%d 0 R" % each for each in files.values())
    named = b" ".join(b"%s %d 0 R" % (text(name), each) for name, each in files.items())
    return b"/AF [%s]" % listed, b"/EmbeddedFiles <</Names [%s]>>" % named


Attached = dict[str, tuple[int, bytes, str, str]]
"""Name → length, compressed bytes, type, and what it is."""


def attached(data: bytes) -> Attached:
    """Made once of the same content, beside its units (masterplan.tasks), and kept with them in the store."""
    path = units.place(hashlib.sha256(_maker() + data).hexdigest()).with_suffix(".data")
    found: Attached | None = sealed(path)
    if found is None:
        held = {
            DATA_NAME: (data, "application/json", "Isi buku ini sebagai data"),
            WORKBOOK_NAME: (
                workbook.from_json(data),
                SPREADSHEET,
                "Tabel, program, dan quick win sebagai lembar kerja",
            ),
        }
        found = {name: (len(each), squeezed(each), kind, said) for name, (each, kind, said) in held.items()}
        seal(path, found)
    return found


@functools.cache
def _maker() -> bytes:
    """What the data is made by."""
    told = [Path(made).read_text() for made in (__file__, workbook.__file__, numbering.__file__)]
    return "\n".join([*told, version("xlsxwriter")]).encode()


def _file(out: File, name: str, length: int, packed: bytes, kind: str, said: str) -> bytes:
    named = kind.replace("/", "#2F").encode()
    told = b"/Type /EmbeddedFile/Subtype /%s/Params <</Size %d>>" % (named, length)
    stream = out.stream(told, packed, packed=True)
    return b"<</Type /Filespec/F %s/UF %s/AFRelationship /Data/Desc %s/EF <</F %d 0 R/UF %d 0 R>>>>" % (
        text(name), text(name), text(said), stream, stream,
    )  # fmt: skip
