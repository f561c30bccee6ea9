#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The status page in headless Chromium: browser_test.py FAKE_RIG [arguments].

With OMV_SCREENSHOTS in the environment, what was seen is saved in that directory.
"""

import base64
import json
import os
import pathlib
import select
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

import page_test

BROWSER = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "google-chrome"))), None)
DEADLINE = 30
SIZE = (1280, 1500)
PHONE = (390, 844)
SERVER_ERROR = -32000  # what the DevTools protocol says when a page goes while it is asked something


class Refused(AssertionError):
    def __init__(self, method, error):
        super().__init__(f"{method}: {error}")
        self.code = error.get("code")


class Browser:
    """Chromium with one page, told what to do over a pipe (the DevTools protocol)."""

    def __init__(self, profile):
        orders, self.orders = os.pipe()
        self.answers, answers = os.pipe()
        line = f'exec "$0" "$@" 3<&{orders} 4>&{answers}'
        command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                   "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank"]
        self.process = subprocess.Popen(["bash", "-c", line, *command], pass_fds=(orders, answers),
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(orders)
        os.close(answers)
        self.number, self.rest, self.session = 0, b"", None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Page.enable")
        self.errors = []
        self.call("Runtime.enable")

    def message(self):
        while b"\0" not in self.rest:
            if not select.select([self.answers], [], [], DEADLINE)[0]:
                raise AssertionError("the browser is silent")
            data = os.read(self.answers, 1 << 20)
            if not data:
                raise AssertionError("the browser is gone")
            self.rest += data
        text, self.rest = self.rest.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, **parameters):
        self.number += 1
        order = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            order["sessionId"] = self.session
        os.write(self.orders, json.dumps(order).encode() + b"\0")
        while True:
            answer = self.message()
            if answer.get("method") == "Runtime.exceptionThrown":
                self.errors.append(answer["params"]["exceptionDetails"])
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise Refused(method, answer["error"])
                return answer["result"]

    def value(self, script):
        """None where the page gives way to another one meanwhile."""
        try:
            answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        except Refused as refused:
            if refused.code != SERVER_ERROR:
                raise
            return None
        return answer["result"].get("value")

    def wait_for(self, script):
        until = time.monotonic() + DEADLINE
        while time.monotonic() < until:
            if self.value(script):
                return
            time.sleep(0.05)
        raise AssertionError(f"never true: {script}")

    def resize(self, size, dark=False):
        self.call("Emulation.setScrollbarsHidden", hidden=True)
        self.call("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def keep_picture(self, name):
        folder = os.environ.get("OMV_SCREENSHOTS")
        if folder:
            data = self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"]
            (pathlib.Path(folder) / f"{name}.png").write_bytes(base64.b64decode(data))

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.orders)
        os.close(self.answers)


def camera_picture(browser):
    """What the first camera shows now, as text."""
    return browser.value("""(() => {
        const image = document.querySelector('.camera img'), canvas = document.createElement('canvas');
        if (!image || !image.naturalWidth) return '';
        canvas.width = canvas.height = 64;
        canvas.getContext('2d').drawImage(image, 0, 0, 64, 64);
        return canvas.toDataURL();
    })()""")


@unittest.skipIf(BROWSER is None, "there is no Chromium here")
class BrowserTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.addCleanup(folder.cleanup)
        self.directory = pathlib.Path(folder.name)
        self.browser = Browser(self.directory / "profile")
        self.addCleanup(self.browser.close)

    def open(self, *options):
        (self.directory / "rig").mkdir()
        rig = page_test.Rig(self.directory / "rig", *options)
        self.addCleanup(rig.stop)
        self.browser.resize(SIZE)
        self.browser.call("Page.navigate", url=f"http://127.0.0.1:{rig.port}/")
        return rig

    def wait_for_files(self, count):
        self.browser.wait_for(f"document.querySelectorAll('#files > li').length === {count}")

    def test_shows_a_rig_that_lives_until_it_does_not(self):
        rig = self.open()
        self.wait_for_files(6)
        seen = set()
        until = time.monotonic() + DEADLINE
        while len(seen) < 3 and time.monotonic() < until:
            seen.add(camera_picture(self.browser))
            seen.discard("")
        self.assertGreaterEqual(len(seen), 3, "the preview does not move")
        self.browser.wait_for("[...document.querySelectorAll('#files img')].slice(0, 3).every(i => i.naturalWidth > 0)")
        self.browser.keep_picture("light")
        self.browser.value("[...document.querySelectorAll('.trigger')].find(b => b.textContent.startsWith('door')).click()")
        self.browser.wait_for("document.querySelector('#said').textContent === 'door raised'")  # it goes after 5 s
        self.wait_for_files(7)
        self.browser.value("window.confirm = () => true; document.querySelector('#files .delete').click()")
        self.wait_for_files(6)
        self.browser.wait_for("document.activeElement === document.querySelector('#files .delete')")
        self.browser.value("document.querySelector('#files .thumb').click()")
        self.browser.wait_for("document.querySelector('#large[open] img').naturalWidth > 0")
        self.browser.value("document.querySelector('#large button').click()")
        self.browser.value("document.querySelector('#files .pin').click()")
        self.browser.wait_for("document.querySelector('#files .delete').disabled")
        self.assertEqual(5, self.browser.value("document.querySelectorAll('#events > li').length"), "each once")
        self.browser.resize(SIZE, dark=True)
        self.browser.keep_picture("dark")
        rig.stop()
        self.browser.value("lastAnswer -= 60000")
        self.browser.wait_for("document.querySelector('#main').inert && !document.querySelector('#silence').hidden")
        self.assertFalse(self.browser.value("[...document.querySelectorAll('.camera img')].some(i => i.hasAttribute('src'))"))
        self.browser.keep_picture("silent")
        self.assertEqual([], self.browser.errors)

    def test_fits_a_phone(self):
        self.open()
        self.wait_for_files(6)
        self.browser.resize(PHONE)
        self.browser.wait_for(f"document.documentElement.scrollWidth <= {PHONE[0]}")
        self.browser.wait_for("document.querySelector('.camera img').naturalWidth > 0")
        self.browser.keep_picture("phone")
        unnamed = "[...document.querySelectorAll('button, a, select, input')].filter(e => !e.checkVisibility || " \
                  "e.checkVisibility()).filter(e => !(e.textContent.trim() || e.ariaLabel || e.labels?.length))"
        self.assertEqual(0, self.browser.value(f"{unnamed}.length"), "everything to press has a name")

    def test_asks_for_the_token(self):
        self.open(page_test.TOKEN)
        self.browser.wait_for("document.querySelector('#token') !== null")
        self.browser.value("token.value = 'not-the-token'; document.forms[0].requestSubmit()")
        self.browser.wait_for("location.hash === '#wrong' && getComputedStyle(wrong).display !== 'none'")
        self.browser.keep_picture("login")
        self.browser.value(f"token.value = '{page_test.TOKEN}'; document.forms[0].requestSubmit()")
        self.browser.wait_for("document.querySelector('#rig')?.textContent === 'bench'")
        self.browser.value("document.querySelector('#logout').requestSubmit()")
        self.browser.wait_for("document.querySelector('#token') !== null")


if __name__ == "__main__":
    page_test.FAKE_RIG = sys.argv[1]
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
