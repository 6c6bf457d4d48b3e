"""What a page in Chromium complains of, and whether it stays on its own site."""

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, Page

OWN_SCHEMES = ("data:", "blob:", "about:")
LEAVING = ("htmx:sendAbort", "htmx:afterRequest")
"""htmx says these when a page is left while a part of it still loads; a failure of its own comes with htmx:sendError or
htmx:responseError as well."""


@dataclass
class Watch:
    """Listens to pages from now on. `complaints` holds console errors, refused styles and scripts among them, script
    errors, requests that failed or left the site, and answers of 500 and above."""

    site: str
    complaints: list[str] = field(default_factory=list)

    def context(self, context: BrowserContext) -> None:
        """Every page that this browser context opens."""
        context.on("page", self.page)

    def page(self, page: Page) -> None:
        page.on("console", lambda message: self._log(page, message.type, message.text))
        page.on("pageerror", lambda error: self._hear(page, str(error)))
        page.on("request", lambda request: self._leave(page, request.url))
        page.on(
            "response",
            lambda answer: self._hear(page, f"{answer.status} {answer.url}") if answer.status >= 500 else None,
        )

    def _log(self, page: Page, kind: str, words: str) -> None:
        """Chromium calls every refused form an error; 422 is how a form says what to mend."""
        if kind == "error" and "status of 422" not in words and not words.startswith(LEAVING):
            self._hear(page, words)

    def _hear(self, page: Page, words: str) -> None:
        self.complaints.append(f"{page.url.removeprefix(self.site)}: {words}")

    def _leave(self, page: Page, url: str) -> None:
        if not url.startswith((self.site + "/", *OWN_SCHEMES)):
            self._hear(page, f"asked another site: {url}")
