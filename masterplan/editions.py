"""Which edition of the plan a book is: the facts on its cover and in its foot, as plain frozen data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Edition:
    """What stands on every cover and foot. `version` and `date` are stamped when binding, so they never re-render a chapter."""

    region: str  # "Kota Batam"
    province: str
    title: str  # "Masterplan Smart City Kota Batam"
    period: str  # "2022–2031"
    cohort: str  # "Angkatan 2022"
    programme: str  # "Gerakan Menuju Kota Cerdas"
    ministry: str
    version: str  # "Draf Tahap II", "Edisi 1"
    date: str  # "13 Juni 2022"
    draft: bool = True
    emblem: str = ""  # id of a StoredFile
    accent: str = ""  # "#0b6e4f"
    cover: str = ""  # one of regions.models.Region.Cover
    classification: str = ""  # who may read it
    legal_basis: str = ""  # "Peraturan Wali Kota Nomor 5 Tahun 2023", when enacted
