from django.apps import AppConfig


class BimtekConfig(AppConfig):
    name = "bimtek"
    verbose_name = "Bimtek"

    def ready(self) -> None:
        from bimtek import framework_check  # noqa: F401  (registers the system check)
