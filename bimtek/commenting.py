"""Comments: a remark on a stage, on a section of it, or on one row; open until somebody resolves it."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from bimtek import richtext
from bimtek.guards import refuse_unless
from bimtek.models import Comment, Plan, Row, Stage
from regions.access import Access, Permission

LONGEST = 5000
WHOLE_STAGE = "tahap"  # the section of a remark on a stage as a whole


def add(
    plan: Plan, stage: Stage, section: str, text: str, *, access: Access, row: Row | None = None, id: UUID | None = None
) -> Comment:
    """Leaves a remark. Sent twice (same id) it stays one; `row` is a row of this plan."""
    refuse_unless(access, Permission.COMMENT)
    comment = Comment(
        plan=plan, region=plan.region, stage=stage, section=section, text=_readable(text),
        row_id=row.pk if row else None, row_label=str(row)[:200] if row else "",
        by=access.user, by_name=str(access.user)[:150], by_role=", ".join(role.label for role in access.roles)[:80],
        at=timezone.now(),
    )  # fmt: skip
    if id:
        if twin := plan.comment_set.filter(pk=id, by=access.user).first():
            return twin
        comment.id = id
    try:
        with transaction.atomic():
            comment.save(force_insert=True)
    except IntegrityError as clash:
        raise ValidationError("Komentar ini sudah terkirim. Muat ulang halaman.") from clash
    return comment


def _readable(text: str) -> str:
    cleaned = richtext.clean_text(text)
    if not cleaned:
        raise ValidationError("Tulis komentarnya dulu.")
    if len(cleaned) > LONGEST:
        raise ValidationError(
            f"Komentar ini {len(cleaned)} tanda; paling banyak {LONGEST}. Bagi menjadi beberapa komentar."
        )
    return cleaned


def resolve(comment: Comment, *, access: Access) -> bool:
    """Marks a comment as answered; False when somebody did so already."""
    refuse_unless(access, Permission.COMMENT)
    still_open = Comment.objects.filter(plan=comment.plan, pk=comment.pk, resolved_at=None)
    return bool(still_open.update(resolved_at=timezone.now(), resolved_by=access.user, version=F("version") + 1))


def reopen(comment: Comment, *, access: Access) -> bool:
    refuse_unless(access, Permission.COMMENT)
    resolved = Comment.objects.filter(plan=comment.plan, pk=comment.pk, resolved_at__isnull=False)
    return bool(resolved.update(resolved_at=None, resolved_by=None, version=F("version") + 1))


def of_place(plan: Plan, stage: Stage, section: str, row_id: Any = None) -> Any:
    """The open comments of a section (or of one row of it), newest first."""
    found = plan.comment_set.filter(stage=stage, section=section, resolved_at=None)
    return found.filter(row_id=row_id) if row_id else found
