"""Every comment becomes a thread of one message, and of a second one where somebody had resolved it."""

from django.db import migrations

RESOLVED = "Selesai"
REVIEWERS = ("Konsultan", "Admin Kominfo")


def forwards(apps, schema_editor):
    Comment, Thread, Message, Move = (
        apps.get_model("bimtek", name) for name in ("Comment", "Thread", "Message", "Move")
    )
    for comment in Comment.objects.select_related("resolved_by").iterator(chunk_size=500):
        moves = Move.objects.filter(
            submission__plan=comment.plan_id, submission__stage=comment.stage, to_status="submitted", at__lte=comment.at
        )
        own = {"region_id": comment.region_id, "plan_id": comment.plan_id}
        thread = Thread.objects.create(
            id=comment.id, **own, kind="komentar", state="selesai" if comment.resolved_at else "terbuka",
            stage=comment.stage, section=comment.section, row_id=comment.row_id, row_label=comment.row_label,
            round=moves.count(), baseline=comment.at, by_id=comment.by_id, at=comment.at,
            active_at=comment.resolved_at or comment.at,
        )
        Message.objects.create(
            **own, thread=thread, text=comment.text, by_id=comment.by_id, by_name=comment.by_name,
            by_role=comment.by_role, at=comment.at,
            of_region=not any(reviewer in comment.by_role for reviewer in REVIEWERS),
        )
        if comment.resolved_at:
            Message.objects.create(
                **own, thread=thread, deed="state", text=RESOLVED, by_id=comment.resolved_by_id,
                by_name=comment.resolved_by.full_name if comment.resolved_by else "–", by_role="", at=comment.resolved_at,
            )


class Migration(migrations.Migration):

    dependencies = [("bimtek", "0030_threads")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
