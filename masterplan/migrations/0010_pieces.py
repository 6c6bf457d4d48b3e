from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("masterplan", "0001_prints")]

    operations = [
        migrations.AddField(
            "printunit", "part",
            models.PositiveSmallIntegerField(default=0, help_text="Which piece of its chapter; 0 is the first.", verbose_name="bagian"),
        ),
        migrations.AddField(
            "printunit", "seconds",
            models.FloatField(blank=True, help_text="That rendering took; null where pages were there.", null=True),
        ),
    ]
