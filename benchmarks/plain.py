"""One render in a process of its own, so that its time and its memory are its own: `python -m benchmarks.plain FOLDER`.

FOLDER holds job.json (see `main`) and page.html. The last line printed is what it took, as JSON.
"""

import gc
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any


def measured(work: Any) -> dict[str, float]:
    """Seconds on the clock and of the processor that `work` took, and the most memory (MB) that this process ever had."""
    clock, cpu = time.monotonic(), time.process_time()
    work()
    took = {"seconds": time.monotonic() - clock, "cpu": time.process_time() - cpu}
    return took | {"megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def weasyprint(folder: Path, job: dict[str, Any]) -> None:
    """What `weasyprint.HTML(...).write_pdf()` does with nothing set, or tagged, or without the garbage collector.

    lettered: with the texts of charts as the press sets them, to be compared with its pages.
    """
    from weasyprint import HTML

    from masterplan import lettering
    from masterplan.press import fetcher

    if job.get("tuned"):
        gc.disable()
    if job.get("lettered"):
        lettering.use()
    options = {"pdf_variant": "pdf/ua-1"} if job.get("tagged") else {}
    html = HTML(string=(folder / "page.html").read_text(), url_fetcher=fetcher(job["files"]), base_url="asset:")
    html.write_pdf(str(folder / "plain.pdf"), dpi=job["dpi"], jpeg_quality=85, **options)


def typst(folder: Path, job: dict[str, Any]) -> None:
    import typst as compiler

    compiler.compile(str(folder / "page.typ"), output=str(folder / "plain.pdf"), font_paths=[job["fonts"]])


def main() -> None:
    folder = Path(sys.argv[1])
    job = json.loads((folder / "job.json").read_text())
    engine = {"weasyprint": weasyprint, "typst": typst}[job["engine"]]
    if job["engine"] == "weasyprint":
        from masterplan import press

        press.load()  # what a resident worker has loaded is not counted here either
    print(json.dumps(measured(lambda: engine(folder, job))))


if __name__ == "__main__":
    main()
