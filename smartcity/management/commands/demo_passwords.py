from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from smartcity import demo


class Command(BaseCommand):
    help = "Gives the people of the example (…@batam.example) new passwords, and prints them once."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Akun contoh hanya untuk pemasangan tertanam, bukan produksi.")
        given = demo.new_passwords()
        if not given:
            raise CommandError("Data contoh belum dimuat. Jalankan: python manage.py load_example batam-2022")
        self.stdout.write("Masuk sebagai (kata sandi hanya ditampilkan kali ini):")
        for role, (user, password) in given.items():
            self.stdout.write(f"  {role.label:<25} {user.email:<26} {password}")
