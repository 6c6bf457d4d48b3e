from django.apps import AppConfig


class BimtekConfig(AppConfig):
    name = "bimtek"
    verbose_name = "Bimtek"

    def ready(self) -> None:
        from bimtek import framework_check, tasks  # noqa: F401  (register the system check and the job kinds)
