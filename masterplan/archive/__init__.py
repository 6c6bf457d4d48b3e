"""One region's plan as one signed file, out and in (docs/arsip-daerah.schema.json).

A zip with data/<kind>.jsonl (one canonical JSON object a line), files/<id>, books/<id>, manifest.json (name, size and
SHA-256 of every member) and manifest.sig (Ed25519 over the manifest). Written and read as streams: what is held in memory
is one row, or one piece of a file, at a time.
"""

FORMAT = "masterplan-smart-city/arsip-daerah"
VERSION = 1
"""Of the layout. A kind or a field that is added keeps it: the reader takes the model's own default for what is not there."""
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
