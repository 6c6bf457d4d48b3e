"""The system check that stops the start when a framework file is broken."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from bimtek import framework


@register("bimtek")
def framework_files(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """One error for each problem in each file, e.g. 'kominfo-2017.toml:412: [question] key: …'."""
    if not framework.codes():
        return [Error(f"Tidak ada berkas kerangka di {framework.FOLDER.name}/.", id="bimtek.E001")]
    found: list[CheckMessage] = []
    for code in framework.codes():
        try:
            framework.framework(code)
        except framework.FrameworkError as broken:
            found += [Error(problem, id="bimtek.E002") for problem in broken.problems]
    return found
