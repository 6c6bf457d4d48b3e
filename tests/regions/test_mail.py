"""Letters are written with the deed, sent once, and cannot carry a second header."""

import pytest
from django.core import mail as outbox
from django.utils import timezone

from regions import jobs, mail
from regions.models import Job, Mail
from tests.factories import make_region

pytestmark = pytest.mark.django_db


def do_jobs() -> None:
    while jobs.run_next():
        pass


def test_a_letter_is_sent_by_its_job(mailoutbox):
    letter = mail.write("siti@contoh.id", "Tahap I diajukan", "Silakan dibaca.", make_region())
    assert mailoutbox == []

    do_jobs()

    assert [(sent.to, sent.subject, sent.body) for sent in mailoutbox] == [
        (["siti@contoh.id"], "Tahap I diajukan", "Silakan dibaca.")
    ]
    letter.refresh_from_db()
    assert letter.sent_at
    assert Job.objects.get(kind="mail").state == Job.State.DONE


def test_a_letter_whose_job_runs_twice_is_sent_once(mailoutbox):
    letter = mail.write("siti@contoh.id", "Tahap I", "Isi")
    do_jobs()
    jobs.ask("mail", letter.pk, region=None, by=None)
    do_jobs()

    assert len(mailoutbox) == 1


def test_a_line_break_in_subject_or_address_begins_no_header(mailoutbox):
    mail.write("siti@contoh.id\n", "Halo\r\nBcc: semua@contoh.id\u2028x", "Isi")
    do_jobs()

    [sent] = mailoutbox
    assert sent.subject == "Halo Bcc: semua@contoh.id x"
    assert sent.recipients() == ["siti@contoh.id"]
    assert sent.message()["Bcc"] is None


def test_a_long_subject_is_cut_to_its_column(mailoutbox):
    mail.write("siti@contoh.id", "x" * 500, "Isi")
    do_jobs()

    assert mailoutbox[0].subject == "x" * 200


def test_a_refused_letter_rests_and_is_tried_again(mailoutbox, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens
    letter = mail.write("siti@contoh.id", "Tahap I", "Isi")
    do_jobs()
    letter.refresh_from_db()
    assert letter.sent_at is None

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Job.objects.update(lease_until=timezone.now())
    do_jobs()

    assert len(outbox.outbox) == 1
    assert Mail.objects.get().sent_at
    assert Job.objects.get().attempt == 2
