"""What makes a bound book fit for an archive and for a screen reader at once: PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1).

Both are claimed in one XMP packet; the schema of the second is described in it, since PDF/A knows only its own properties.
The plan's content goes along as JSON and as a workbook, so that the figures of a book can be read again without reading pages.
"""

from importlib.util import find_spec
from pathlib import Path
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from masterplan import workbook
from masterplan.blocks import Edition

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


def describe(out: pikepdf.Pdf, title: str, edition: Edition) -> None:
    """Title, author, subject and language, the same in the packet and in the information dictionary."""
    author = f"Pemerintah {edition.region}"
    subject = f"{edition.title} {edition.period}. {edition.version}, {edition.date}."
    packet = PACKET.format(title=escape(title), author=escape(author), subject=escape(subject))
    metadata = out.make_stream(packet.encode())
    metadata.Type, metadata.Subtype = Name.Metadata, Name.XML
    out.Root.Metadata = metadata
    out.Root.Lang = String("id-ID")
    out.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    out.docinfo = out.make_indirect(Dictionary(Title=title, Author=author, Subject=subject))
    out.Root.OutputIntents = Array([_screen_colours(out)])


def _screen_colours(out: pikepdf.Pdf) -> pikepdf.Object:
    """The red, green and blue of all pages mean sRGB. The profile is the one that the renderer brings along.

    It is found without loading the renderer, which would cost whoever binds a second and 40 MB for ever.
    """
    renderer = find_spec("weasyprint")
    if renderer is None or renderer.origin is None:
        raise FileNotFoundError("weasyprint is not installed")
    profile = out.make_stream((Path(renderer.origin).parent / "pdf" / "sRGB2014.icc").read_bytes())
    profile.N = 3
    return out.make_indirect(
        Dictionary(
            Type=Name.OutputIntent, S=Name.GTS_PDFA1, DestOutputProfile=profile,
            OutputConditionIdentifier=String("sRGB"), Info=String("sRGB IEC61966-2.1"),
        )
    )  # fmt: skip


def attach(out: pikepdf.Pdf, data: bytes) -> None:
    """Puts the content in as `isi.json` and as a workbook, as the data that the book was made from."""
    held = {
        DATA_NAME: (data, "application/json", "Isi buku ini sebagai data"),
        WORKBOOK_NAME: (workbook.from_json(data), SPREADSHEET, "Tabel, program, dan quick win sebagai lembar kerja"),
    }
    entries = {name: _file(out, name, *each) for name, each in held.items()}
    out.Root.AF = Array(list(entries.values()))
    out.Root.Names.EmbeddedFiles = Dictionary(
        Names=Array([part for name, entry in entries.items() for part in (String(name), entry)])
    )


def _file(out: pikepdf.Pdf, name: str, data: bytes, kind: str, said: str) -> pikepdf.Object:
    stream = out.make_stream(data)
    stream.Type, stream.Subtype, stream.Params = (
        Name.EmbeddedFile,
        Name(f"/{kind}"),
        Dictionary(Size=len(data)),
    )
    return out.make_indirect(
        Dictionary(
            Type=Name.Filespec, F=String(name), UF=String(name), AFRelationship=Name.Data, Desc=String(said),
            EF=Dictionary(F=stream, UF=stream),
        )
    )  # fmt: skip
