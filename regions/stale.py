"""Saving with a version: whoever comes second sees both texts, nobody is overwritten in silence."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F

SENTENCE = "Orang lain baru saja menyimpan perubahan. Isian Anda masih ada di sini: bandingkan, lalu simpan lagi."
TAKEN = "Nilai ini baru saja dipakai baris lain. Periksa daftarnya, lalu coba lagi."


def save_fields(row: models.Model, values: Mapping[str, Any], *, version: int) -> None:
    """Checks and saves these fields if the row still has this version; the row then carries the next one.

    Raises ValidationError(code="stale") when somebody saved in between; the row in the database is untouched.
    """
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean()
    model: Any = type(row)
    try:
        with transaction.atomic():
            same = model._base_manager.filter(pk=row.pk, version=version)
            saved = same.update(**dict(values), version=F("version") + 1)
    except IntegrityError as error:  # somebody took the name between the check and the save
        raise ValidationError(TAKEN) from error
    if not saved:
        raise ValidationError(SENTENCE, code="stale")
    row.version = version + 1  # type: ignore[attr-defined]


def is_stale(refusal: ValidationError) -> bool:
    return any(error.code == "stale" for error in getattr(refusal, "error_list", []))
