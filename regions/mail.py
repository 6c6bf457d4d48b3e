"""Letters: a row at the moment of the deed, sent after commit by the job kind 'mail'."""

from regions import jobs
from regions.models import Mail, Region


def write(to: str, subject: str, body: str, region: Region | None = None) -> Mail:
    """Writes a letter and asks for its sending."""
    letter = Mail.objects.create(to=to, subject=subject, body=body, region=region)
    jobs.ask("mail", letter.pk, region=region, by=None)
    return letter
