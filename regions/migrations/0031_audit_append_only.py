"""From here on the database itself refuses to change or delete rows of the audit."""

from django.db import migrations

from regions.append_only import protect, unprotect

TABLE = "regions_auditrow"


class Migration(migrations.Migration):
    dependencies = [("regions", "0030_audit")]

    operations = [
        migrations.RunPython(
            lambda apps, editor: protect(editor.connection, TABLE),
            lambda apps, editor: unprotect(editor.connection, TABLE),
        )
    ]
