"""The page for a person, in a real browser without a screen."""

import contextlib
import html
import re
import shutil
import subprocess
import threading
import urllib.parse

import pytest
import tiny_run

from seq2seq_graph.inference.serving import models
from seq2seq_graph.inference.serving.batcher import Batcher
from seq2seq_graph.inference.serving.http_server import Server

pytestmark = pytest.mark.slow
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
               None)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    directory = tiny_run.make(tmp_path_factory.mktemp("runs") / "run", stop_at_length=True,
                              attention="luong")
    with contextlib.ExitStack() as stack:
        model = stack.enter_context(models.open_run(directory))
        server = Server(("127.0.0.1", 0), "a model", Batcher(model.answer, 9, 9, 60),
                        explain=model.explain)
        stack.callback(server.server_close)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        stack.callback(thread.join)
        stack.callback(server.shutdown)
        yield f"http://127.0.0.1:{server.server_port}/", model


def browsed(address, **given):
    if BROWSER is None:
        pytest.skip("needs a browser: Debian's chromium, or Chrome")
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
               "--virtual-time-budget=20000", "--dump-dom",
               address + "?" + urllib.parse.urlencode(given)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def texts(page, pattern):
    return [html.unescape(re.sub("<[^>]*>", "", found)) for found in re.findall(pattern, page)]


def test_a_line_is_shown_with_its_tokens_attention_beam_and_forcing(address):
    where, model = address
    found = model.explain("dé가", "K AE", 2)
    page = browsed(where, text="dé가", target="K AE", beam=2)
    assert "a model" in page and texts(page, r'<p id="error"[^>]*>(.*?)</p>') == [""]
    assert texts(page, r'<strong id="written">(.*?)</strong>') == [found["text"]]
    source = page.split('id="source">')[1].split("</div>")[0]
    assert texts(source, r'<span class="token">(.*?)</span>') == ["d", "é", "가"]
    assert page.count('class="weight"') == 3 * len(found["written"])
    drawn = texts(page, r"<text [^>]*>(.*?)</text>")
    assert drawn == [f"{node['token'][:9]} {node['log_p']:.1f}" for node in found["beam"]]
    forced = page.split('id="forced">')[1].split("</table>")[0]
    rows = [texts(row, r"<t[dh][^>]*>(.*?)</t[dh]>") for row in forced.split("</tr>")[1:-1]]
    assert [row[0] for row in rows][:3] == ["K", "AE", "END"]
    assert rows[0][1] == f"{100 * found['forced'][0]['probability']:.1f} %"


def test_text_is_never_read_as_markup(address):
    page = browsed(address[0], text="a", target="<img src=x onerror=alert(1)>")
    assert "<img" not in page.split("<script>")[0]


def test_what_goes_wrong_is_said(address):
    page = browsed(address[0], text="a", beam=99)
    assert texts(page, r'<p id="error"[^>]*>(.*?)</p>') == [
        '"beam" must be a whole number from 1 to 10']
    assert '<div id="found" hidden' in page
