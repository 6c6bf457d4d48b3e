import django.db.models.deletion
import regions.constraints
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Province',
            fields=[
                ('code', models.CharField(max_length=2, primary_key=True, serialize=False, verbose_name='kode Kemendagri')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='nama')),
                ('time_zone', models.CharField(choices=[('Asia/Jakarta', 'WIB'), ('Asia/Makassar', 'WITA'), ('Asia/Jayapura', 'WIT')], max_length=20, verbose_name='zona waktu')),
            ],
            options={
                'verbose_name': 'provinsi',
                'verbose_name_plural': 'provinsi',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Region',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(help_text='Bentuk PP.KK, misalnya 21.71.', max_length=5, unique=True, verbose_name='kode Kemendagri')),
                ('slug', models.SlugField(max_length=80, unique=True)),
                ('kind', models.CharField(choices=[('kabupaten', 'Kabupaten'), ('kota', 'Kota')], max_length=10, verbose_name='jenis')),
                ('official_name', models.CharField(help_text='Tanpa kata Kota/Kabupaten.', max_length=80, verbose_name='nama resmi')),
                ('display_name', models.CharField(blank=True, max_length=80, verbose_name='nama tampilan')),
                ('search_name', models.CharField(db_index=True, editable=False, max_length=200)),
                ('autonomous', models.BooleanField(default=True, verbose_name='daerah otonom')),
                ('time_zone', models.CharField(choices=[('Asia/Jakarta', 'WIB'), ('Asia/Makassar', 'WITA'), ('Asia/Jayapura', 'WIT')], max_length=20, verbose_name='zona waktu')),
                ('head_name', models.CharField(blank=True, max_length=150, verbose_name='nama kepala daerah')),
                ('head_status', models.CharField(blank=True, help_text='Pj., Plt., Plh., Pjs.', max_length=10, verbose_name='status kepala daerah')),
                ('accent', models.CharField(blank=True, help_text='Untuk beranda dan sampul, misalnya #0b6e4f.', max_length=7, verbose_name='warna daerah')),
                ('version', models.PositiveIntegerField(default=1)),
                ('province', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='regions.province', verbose_name='provinsi')),
            ],
            options={
                'verbose_name': 'daerah',
                'verbose_name_plural': 'daerah',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Opd',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200, verbose_name='nama')),
                ('abbreviation', models.CharField(blank=True, max_length=40, verbose_name='singkatan')),
                ('head_name', models.CharField(blank=True, max_length=150, verbose_name='nama kepala')),
                ('active', models.BooleanField(default=True, verbose_name='aktif')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='urutan')),
                ('version', models.PositiveIntegerField(default=1)),
                ('successor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='predecessors', to='regions.opd', verbose_name='digantikan oleh')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='regions.region', verbose_name='daerah')),
            ],
            options={
                'verbose_name': 'OPD',
                'verbose_name_plural': 'OPD',
                'ordering': ['position', 'name'],
                'constraints': [models.UniqueConstraint(fields=('region', 'id'), name='opd_region_id'), models.UniqueConstraint(condition=models.Q(('active', True)), fields=('region', 'name'), name='opd_name_once', violation_error_message='OPD dengan nama ini sudah ada.'), regions.constraints.SameRegion('successor', name='opd_successor_region', violation_error_message='Pilihan ini bukan milik daerah Anda.')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(choices=[('ministry', 'Admin Kominfo'), ('consultant', 'Konsultan'), ('admin', 'Admin Diskominfo'), ('kadis', 'Kepala Dinas'), ('bappeda', 'Bappeda'), ('operator', 'Operator OPD'), ('leader', 'Pimpinan'), ('council', 'Anggota Dewan Smart City')], max_length=20, verbose_name='peran')),
                ('starts', models.DateField(blank=True, null=True, verbose_name='mulai')),
                ('ends', models.DateField(blank=True, null=True, verbose_name='sampai')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='dicabut')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='pengguna')),
                ('opd', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='regions.opd', verbose_name='OPD')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='regions.region', verbose_name='daerah')),
            ],
            options={
                'verbose_name': 'keanggotaan',
                'verbose_name_plural': 'keanggotaan',
                'ordering': ['role', 'created_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('region', 'user', 'role', 'opd'), name='membership_once', nulls_distinct=False, violation_error_message='Orang ini sudah memegang peran tersebut.'), models.CheckConstraint(condition=models.Q(models.Q(('role', 'operator'), _negated=True), ('opd__isnull', False), _connector='OR'), name='membership_operator_has_opd', violation_error_message='Operator harus punya OPD.'), models.CheckConstraint(condition=models.Q(('starts__isnull', True), ('ends__isnull', True), ('ends__gte', models.F('starts')), _connector='OR'), name='membership_period', violation_error_message='Tanggal akhir mendahului tanggal mulai.'), regions.constraints.SameRegion('opd', name='membership_opd_region', violation_error_message='Pilihan ini bukan milik daerah Anda.')],
            },
        ),
        migrations.CreateModel(
            name='Mail',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('to', models.EmailField(max_length=254)),
                ('subject', models.CharField(max_length=200)),
                ('body', models.TextField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='regions.region')),
            ],
            options={
                'verbose_name': 'surat',
                'verbose_name_plural': 'surat',
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(help_text='A key of regions.jobs.HANDLERS.', max_length=30)),
                ('subject', models.CharField(help_text='What the handler works on: the id or hash of a row.', max_length=80)),
                ('state', models.CharField(choices=[('queued', 'menunggu'), ('running', 'sedang dikerjakan'), ('done', 'selesai'), ('failed', 'gagal'), ('cancelled', 'dibatalkan')], default='queued', max_length=10)),
                ('priority', models.SmallIntegerField(default=0, help_text='Higher goes first among those waiting.')),
                ('attempt', models.PositiveSmallIntegerField(default=0)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('failure', models.TextField(blank=True, help_text='A sentence for the person who asked.', verbose_name='sebab gagal')),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('pages', models.PositiveIntegerField(blank=True, null=True)),
                ('bytes', models.PositiveBigIntegerField(blank=True, null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='regions.region')),
            ],
            options={
                'verbose_name': 'pekerjaan',
                'verbose_name_plural': 'pekerjaan',
                'ordering': ['-created_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['queued', 'running'])), fields=('kind', 'subject'), name='job_active_once')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254, verbose_name='surel')),
                ('full_name', models.CharField(blank=True, max_length=150, verbose_name='nama lengkap dan gelar')),
                ('role', models.CharField(choices=[('ministry', 'Admin Kominfo'), ('consultant', 'Konsultan'), ('admin', 'Admin Diskominfo'), ('kadis', 'Kepala Dinas'), ('bappeda', 'Bappeda'), ('operator', 'Operator OPD'), ('leader', 'Pimpinan'), ('council', 'Anggota Dewan Smart City')], max_length=20, verbose_name='peran')),
                ('token_sha256', models.CharField(max_length=64, unique=True)),
                ('expires_at', models.DateTimeField(verbose_name='berlaku sampai')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opd', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='regions.opd', verbose_name='OPD')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='regions.region', verbose_name='daerah')),
            ],
            options={
                'verbose_name': 'undangan',
                'verbose_name_plural': 'undangan',
                'ordering': ['-created_at'],
                'constraints': [regions.constraints.SameRegion('opd', name='invitation_opd_region', violation_error_message='Pilihan ini bukan milik daerah Anda.')],
            },
        ),
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('image', 'gambar'), ('pdf', 'PDF')], max_length=10)),
                ('name', models.CharField(max_length=120, verbose_name='nama berkas')),
                ('content_type', models.CharField(max_length=60)),
                ('bytes', models.PositiveBigIntegerField(verbose_name='ukuran')),
                ('sha256', models.CharField(max_length=64)),
                ('path', models.CharField(help_text='Relative to MEDIA_ROOT.', max_length=200, unique=True)),
                ('width', models.PositiveIntegerField(blank=True, null=True)),
                ('height', models.PositiveIntegerField(blank=True, null=True)),
                ('uploaded_at', models.DateTimeField(auto_now_add=True)),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='regions.region', verbose_name='daerah')),
                ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'berkas',
                'verbose_name_plural': 'berkas',
                'ordering': ['-uploaded_at'],
                'constraints': [models.UniqueConstraint(fields=('region', 'id'), name='storedfile_region_id')],
            },
        ),
        migrations.AddField(
            model_name='region',
            name='emblem',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='regions.storedfile', verbose_name='lambang'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(fields=['state', 'lease_until'], name='regions_job_state_a2eb6d_idx'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(fields=['kind', 'subject'], name='regions_job_kind_36d79e_idx'),
        ),
    ]
