from django.apps import AppConfig


class MasterplanConfig(AppConfig):
    name = "masterplan"
    verbose_name = "Buku masterplan"

    def ready(self) -> None:
        from masterplan import tasks  # noqa: F401  (registers the job kinds)
