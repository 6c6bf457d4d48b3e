"""The drawing engine's own process: `python -m masterplan.drawing FONTS`, a list of specifications in, a list of SVG out.

The engine holds Python's lock while it draws and keeps 100 MB afterwards, so a web process never loads it: other
requests go on. Nothing is fetched: no address is allowed.
"""

import ctypes
import json
import resource
import signal
import sys

SECONDS = 30
PARENT_DEATH_SIGNAL = 1  # prctl's PR_SET_PDEATHSIG
LOCALE = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["Rp", ""]}
VEGA_LITE = "5.21"


def main(fonts: str) -> None:
    ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
    import vl_convert

    vl_convert.register_font_directory(fonts)
    specs = json.load(sys.stdin)
    drawn = [
        vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, format_locale=LOCALE, allowed_base_urls=[])
        for spec in specs
    ]
    json.dump(drawn, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
