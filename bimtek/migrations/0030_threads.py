import django.db.models.deletion
import django.utils.timezone
import regions.constraints
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bimtek', '0020_change_tells_its_tab'),
        ('regions', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='change',
            name='suggested_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.CreateModel(
            name='Thread',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('position', models.PositiveIntegerField(default=0, editable=False, verbose_name='urutan')),
                ('kind', models.CharField(choices=[('komentar', 'Komentar'), ('salah', 'Salah'), ('kurang', 'Kurang lengkap'), ('kedaluwarsa', 'Kedaluwarsa'), ('tidak-selaras', 'Tidak selaras')], default='komentar', max_length=15, verbose_name='jenis')),
                ('state', models.CharField(choices=[('terbuka', 'Terbuka'), ('dikerjakan', 'Dikerjakan'), ('selesai', 'Selesai'), ('diterima', 'Diterima')], default='terbuka', max_length=12, verbose_name='keadaan')),
                ('private', models.BooleanField(default=False, verbose_name='hanya untuk pereviu')),
                ('stage', models.PositiveSmallIntegerField(choices=[(1, 'Tahap I · Persepsi dan SWOT'), (2, 'Tahap II · Jangka program'), (3, 'Tahap III · Finalisasi'), (4, 'Tahap IV · Quick win dan komitmen')], verbose_name='tahap')),
                ('section', models.CharField(max_length=40, verbose_name='bagian')),
                ('row_id', models.UUIDField(blank=True, null=True)),
                ('row_label', models.CharField(blank=True, max_length=200, verbose_name='baris')),
                ('field', models.CharField(blank=True, max_length=80, verbose_name='isian')),
                ('passage', models.TextField(blank=True, verbose_name='kutipan')),
                ('passage_before', models.CharField(blank=True, max_length=80)),
                ('passage_after', models.CharField(blank=True, max_length=80)),
                ('round', models.PositiveSmallIntegerField(default=0, verbose_name='putaran')),
                ('baseline', models.DateTimeField(default=django.utils.timezone.now)),
                ('wording', models.TextField(blank=True, verbose_name='usulan kata-kata')),
                ('wording_state', models.CharField(blank=True, choices=[('', 'Tanpa usulan'), ('diusulkan', 'Menunggu keputusan daerah'), ('dipakai', 'Dipakai daerah'), ('ditolak', 'Tidak dipakai')], default='', max_length=10, verbose_name='keadaan usulan')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('active_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('assignee', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='penanggung jawab')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('plan', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, to='bimtek.plan')),
                ('region', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region')),
                ('snapshot', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bimtek.snapshot')),
            ],
            options={
                'verbose_name': 'utas',
                'verbose_name_plural': 'utas',
                'ordering': ['-active_at', 'id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('position', models.PositiveIntegerField(default=0, editable=False, verbose_name='urutan')),
                ('deed', models.CharField(choices=[('said', 'menulis'), ('state', 'mengubah keadaan'), ('assigned', 'menugaskan'), ('taken', 'memakai usulan'), ('refused', 'tidak memakai usulan')], default='said', max_length=10, verbose_name='perbuatan')),
                ('text', models.TextField(blank=True, max_length=5000, verbose_name='pesan')),
                ('by_name', models.CharField(max_length=150)),
                ('by_role', models.CharField(max_length=80)),
                ('of_region', models.BooleanField(default=False, verbose_name='dari daerah')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('mentioned', models.ManyToManyField(related_name='+', to=settings.AUTH_USER_MODEL)),
                ('plan', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, to='bimtek.plan')),
                ('region', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region')),
                ('thread', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='bimtek.thread')),
            ],
            options={
                'verbose_name': 'pesan',
                'verbose_name_plural': 'pesan',
                'ordering': ['at', 'id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ThreadVisit',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region')),
                ('thread', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='visits', to='bimtek.thread')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'kunjungan utas',
                'verbose_name_plural': 'kunjungan utas',
            },
        ),
        migrations.AddIndex(
            model_name='thread',
            index=models.Index(fields=['plan', 'stage', 'section'], name='thread_place'),
        ),
        migrations.AddIndex(
            model_name='thread',
            index=models.Index(fields=['plan', '-active_at'], name='thread_activity'),
        ),
        migrations.AddConstraint(
            model_name='thread',
            constraint=models.UniqueConstraint(fields=('region', 'id'), name='thread_region_id'),
        ),
        migrations.AddConstraint(
            model_name='thread',
            constraint=regions.constraints.SameRegion('plan', name='thread_plan_region', violation_error_message='Pilihan ini bukan milik daerah Anda.'),
        ),
        migrations.AddConstraint(
            model_name='thread',
            constraint=regions.constraints.SameRegion('snapshot', name='thread_snapshot_region', violation_error_message='Pilihan ini bukan milik daerah Anda.'),
        ),
        migrations.AddConstraint(
            model_name='thread',
            constraint=models.CheckConstraint(condition=models.Q(('private', False), models.Q(('kind', 'komentar'), ('wording_state', '')), _connector='OR'), name='thread_private_is_a_comment', violation_error_message='Permintaan perbaikan dan usulan ditujukan kepada daerah, jadi tidak dapat disembunyikan darinya.'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(fields=('region', 'id'), name='message_region_id'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=regions.constraints.SameRegion('plan', name='message_plan_region', violation_error_message='Pilihan ini bukan milik daerah Anda.'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=regions.constraints.SameRegion('thread', name='message_thread_region', violation_error_message='Pilihan ini bukan milik daerah Anda.'),
        ),
        migrations.AddConstraint(
            model_name='threadvisit',
            constraint=models.UniqueConstraint(fields=('thread', 'user'), name='threadvisit_once'),
        ),
        migrations.AddConstraint(
            model_name='threadvisit',
            constraint=regions.constraints.SameRegion('thread', name='threadvisit_thread_region', violation_error_message='Pilihan ini bukan milik daerah Anda.'),
        ),
    ]
