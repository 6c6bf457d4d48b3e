from django.apps import AppConfig


class RegionsConfig(AppConfig):
    name = "regions"
    verbose_name = "Daerah"

    def ready(self) -> None:
        from regions import mail  # noqa: F401  (registers its job handler, for web and worker alike)
