from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("bimtek", "0031_comments_become_threads")]
    operations = [migrations.DeleteModel(name="Comment")]
