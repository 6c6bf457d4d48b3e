from regions.models.audit import AuditHead, AuditRow
from regions.models.file import StoredFile
from regions.models.job import Job
from regions.models.mail import Mail
from regions.models.people import GuestPass, Invitation, Membership
from regions.models.place import Opd, Province, Region, TimeZone

__all__ = [
    "AuditHead", "AuditRow", "GuestPass", "Invitation", "Job", "Mail", "Membership", "Opd", "Province", "Region",
    "StoredFile", "TimeZone",
]  # fmt: skip
