"""The Celery app. Its settings are the CELERY_* names in settings.py."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

from smartcity import memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartcity.settings")

app = Celery("smartcity")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def settle(**_: Any) -> None:
    memory.settle()
