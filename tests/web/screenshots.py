"""Plays a story on the simulator's page by clicking and keeps pictures: `python -m tests.web.screenshots FOLDER`.

Not a test: it needs a Chromium (from PATH, or the one that `playwright install chromium` brings). The service it clicks
on is its own, on a free port with a database that is thrown away.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright

WAIT_MS = 20_000
LAPTOP: ViewportSize = {"width": 1440, "height": 900}
TELEPHONE: ViewportSize = {"width": 390, "height": 844}

WATER = "min, ledeng di rumah udah 4 hari kering, di rt 05 loa bakung, ada bayi jg"
WATER_REPORTS = (
    "pipa pdam bocor di jalan, rt 07 loa bakung, air terbuang terus",
    "air ledeng keruh dan bau di rt 09 loa bakung sudah 3 hari",
    "meteran pdam rusak di rt 11 loa bakung, tagihan naik terus",
)
LAMP = "lampu jalan mati sudah seminggu di rt 12 sidomulyo samarinda ilir, gelap sekali"


@contextmanager
def service() -> Iterator[str]:
    """A running Kentongan with the made-up people; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "VAR_DIR": folder,
            "DATABASE_URL": f"sqlite:///{folder}/kentongan.db",
            "PORT": str(port),
            "QUIET_SECONDS": "0.5",
        }
        environment = os.environ | {f"KENTONGAN_{name}": value for name, value in settings.items()}
        process = subprocess.Popen([sys.executable, "-m", "bot", "serve"], env=environment, stdout=subprocess.DEVNULL)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address)
            yield address
        finally:
            process.terminate()
            process.wait(10)


def _wait_for(address: str) -> None:
    for _ in range(100):
        try:
            httpx.get(f"{address}/health").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.3)
        else:
            return
    raise TimeoutError(address)


class Phone:
    """One phone on the page, used the way a person uses it."""

    def __init__(self, page: Page, kind: str, number: int = 0) -> None:
        self.root = page.locator(f".phone[data-kind={kind}]").nth(number)

    def write(self, text: str) -> None:
        self.root.locator("textarea").fill(text)
        self.root.locator("textarea").press("Enter")

    def tap(self, choice: str) -> None:
        """Taps the newest button whose choice ends with `choice`."""
        self.button(choice).click()

    def button(self, choice: str) -> Locator:
        return self.root.locator(f".choices:not(.settled) button[data-choice$=':{choice}']").last

    def attach(self, *tiles: int) -> None:
        self.root.locator(".attach").click()
        for tile in tiles:
            self.root.locator(".tile").nth(tile).click()

    def answered(self, times: int) -> None:
        """Waits until the bot has said so much here."""
        expect(self.root.locator(".line:not(.mine)")).to_have_count(times, timeout=WAIT_MS)


def play(page: Page, address: str, folder: Path) -> None:
    """From the first message to the resident's yes; a second resident's report waits for the coordinator."""
    page.goto(address)
    warga, kader, opd, koordinator = (Phone(page, kind) for kind in ("warga", "kader", "opd", "koordinator"))
    page.screenshot(path=folder / "1-start.png")
    warga.write(WATER)
    warga.tap("send")
    kader.tap("true")
    opd.tap("accept")
    _pass(page, "minutes", 10)
    warga.answered(3)
    warga.attach(1, 2)
    warga.write("")
    warga.answered(4)
    page.locator("#add-resident").click()
    page.locator("#add-menu button").first.click()
    other = Phone(page, "warga", 1)
    other.write(LAMP)
    other.tap("send")
    other.answered(2)
    koordinator.write("cek")
    koordinator.answered(1)
    page.screenshot(path=folder / "2-five-phones.png")
    other.root.locator(".close").click()
    _pass(page, "working_days", 1)
    opd.write("sudah selesai dikerjakan, pipanya diganti")
    _pass(page, "minutes", 10)
    expect(warga.button("yes")).to_be_visible(timeout=WAIT_MS)
    expect(page.locator("#notice")).to_be_hidden(timeout=WAIT_MS)
    page.screenshot(path=folder / "3-story.png")
    warga.tap("yes")
    page.wait_for_timeout(900)
    page.screenshot(path=folder / "4-closed.png")


def _pass(page: Page, what: str, number: int) -> None:
    page.wait_for_timeout(1200)
    page.locator(f"[data-move={what}][data-by='{number}']").click()
    expect(page.locator("#notice")).to_be_visible(timeout=WAIT_MS)
    expect(page.locator("#notice")).to_be_hidden(timeout=WAIT_MS)


def a_morning(page: Page, address: str, folder: Path) -> None:
    """Three reports for one office: its digest, an answer for all three in one line, and what the kader hands in."""
    page.goto(address)
    warga, kader, opd = (Phone(page, kind) for kind in ("warga", "kader", "opd"))
    for report in WATER_REPORTS:
        warga.write(report)
        warga.tap("send")
        kader.tap("true")
        page.wait_for_timeout(1500)
    _pass(page, "working_days", 1)
    opd.root.screenshot(path=folder / "7-digest.png")
    opd.write("1 selesai, 2 minggu depan, 3 bukan kami itu PUPR")
    page.wait_for_timeout(2500)
    opd.root.screenshot(path=folder / "8-three-in-one-line.png")
    kader.write("rekap")
    page.wait_for_timeout(2500)
    kader.root.screenshot(path=folder / "9-recap.png")


def look_again(browser: Browser, address: str, folder: Path) -> None:
    """The same talks in the dark, and on a telephone."""
    for name, options in (
        ("5-dark", {"viewport": LAPTOP, "color_scheme": "dark"}),
        ("6-telephone", {"viewport": TELEPHONE, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}),
    ):
        page = browser.new_page(**options)
        page.goto(address)
        page.locator(".line:visible").first.wait_for()
        page.wait_for_timeout(1200)
        page.screenshot(path=folder / f"{name}.png")
        page.close()


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    installed = shutil.which("chromium") or shutil.which("google-chrome")
    with service() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed, args=["--no-sandbox"])
        page = browser.new_page(viewport=LAPTOP, device_scale_factor=2)
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        play(page, address, folder)
        look_again(browser, address, folder)
        browser.close()
    with service() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed, args=["--no-sandbox"])
        a_morning(browser.new_page(viewport=LAPTOP, device_scale_factor=2), address, folder)
        browser.close()
    if problems:
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
