"""Who made an archive: every installation signs with a key of its own (Ed25519), made from its SECRET_KEY.

An installation believes itself, also after its SECRET_KEY was changed (SECRET_KEY_FALLBACKS), and those whose public keys
stand in ARCHIVE_TRUSTED_KEYS. See docs/decisions/2026-11-22-signed-archives.md.
"""

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.encoding import force_bytes

PURPOSE = b"masterplan-smart-city/arsip-daerah/ed25519"
ALGORITHM = "Ed25519"


def _private(secret: str | bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hmac.new(force_bytes(secret), PURPOSE, hashlib.sha256).digest())


def _public(secret: str | bytes) -> str:
    return base64.b64encode(_private(secret).public_key().public_bytes_raw()).decode()


def public_key() -> str:
    """This installation's, as another one is told to trust it."""
    return _public(settings.SECRET_KEY)


def trusted() -> set[str]:
    own: list[str] = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]  # type: ignore[list-item]
    return {*map(_public, own), *settings.ARCHIVE_TRUSTED_KEYS}


def fingerprint(key: str) -> str:
    """A key as people read it to each other: 'a1b2-c3d4-e5f6-0718'."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    return "-".join(digest[at : at + 4] for at in range(0, 16, 4))


def sign(manifest: bytes) -> bytes:
    signature = base64.b64encode(_private(settings.SECRET_KEY).sign(manifest)).decode()
    return json.dumps({"algorithm": ALGORITHM, "public_key": public_key(), "signature": signature}).encode()


def check(manifest: bytes, signature: bytes, *, also: frozenset[str] = frozenset()) -> str:
    """The key that signed these bytes; ValidationError when the signature is wrong or the key is nobody's we trust."""
    try:
        found: Any = json.loads(signature)
        key, value = str(found["public_key"]), base64.b64decode(found["signature"], validate=True)
        Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True)).verify(value, manifest)
    except (InvalidSignature, binascii.Error, ValueError, KeyError, TypeError, RecursionError):
        raise ValidationError(
            "Tanda tangan arsip ini tidak cocok dengan isinya. Berkasnya berubah sesudah dibuat; mintalah arsip yang asli.",
            code="signature",
        ) from None
    if key not in trusted() | also:
        raise ValidationError(
            f"Arsip ini dibuat pemasangan lain (sidik kunci {fingerprint(key)}) yang belum dipercaya di sini. "
            "Cocokkan sidik kuncinya dengan pembuatnya, lalu minta pengelola server menambahkan kuncinya ke ARCHIVE_TRUSTED_KEYS.",
            code="stranger",
        )
    return key
