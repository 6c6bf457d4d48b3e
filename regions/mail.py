"""Letters: a row at the moment of the deed, sent after commit by the job kind 'mail'."""

import logging

from django.core.mail import EmailMessage
from django.utils import timezone

from regions import jobs
from regions.models import Job, Mail, Region

log = logging.getLogger(__name__)


def write(to: str, subject: str, body: str, region: Region | None = None) -> Mail:
    """Writes a letter and asks for its sending. The subject is cut to one line: a line break would begin a new header."""
    one_line = " ".join(subject.split())[: Mail._meta.get_field("subject").max_length]
    letter = Mail.objects.create(to="".join(to.split()), subject=one_line, body=body, region=region)
    jobs.ask("mail", letter.pk, region=region, by=None)
    return letter


@jobs.handles("mail")
def send(job: Job) -> jobs.Result:
    """Sends a letter once. Whoever sets `sent_at` sends; when the server refuses, the claim is given back and it is tried again.

    A worker killed while sending leaves the letter claimed: one that may have gone out is not sent a second time.
    """
    claimed = Mail.objects.filter(pk=job.subject, sent_at=None).update(sent_at=timezone.now())
    if not claimed:
        log.info("letter %s is already on its way", job.subject)
        return jobs.Result()
    letter = Mail.objects.get(pk=job.subject)
    try:
        EmailMessage(letter.subject, letter.body, to=[letter.to]).send()
    except Exception:
        Mail.objects.filter(pk=letter.pk).update(sent_at=None)
        raise
    return jobs.Result()
