"""Every page: its commands parse, its links lead somewhere, its flags exist, its Python runs.

The pages are found by name, README*.md in any folder. A Python block that cannot run here stands
below a comment that says why, `<!-- not run: needs a GPU -->`.
"""

import functools
import importlib
import os
import re
import shlex
import subprocess
import sys
import unicodedata

import pytest
from conftest import ON_TF115, ROOT

from seq2seq_graph import variables
from seq2seq_graph.config import ModelConfig

SCRIPTS = os.path.join(ROOT, "scripts")
OF_TESTS = [f"tests/{name}.py" for name in (
    "cluster_messages", "killed", "killed_cluster", "killed_encoding", "large_text", "loaded")]
OF_OTHERS = {"--index-url", "--user"}  # pip's


def pages():
    for folder, folders, names in os.walk(ROOT):
        top = folder == ROOT
        folders[:] = [name for name in folders if not name.startswith((".", "__"))
                      and not (top and name in ("build", "data", "dist", "lists", "runs"))]
        for name in sorted(names):
            if re.fullmatch(r"README.*\.md", name):
                yield os.path.relpath(os.path.join(folder, name), ROOT)


PAGES = sorted(pages())


@functools.lru_cache(maxsize=None)
def read(page):
    with open(os.path.join(ROOT, page), encoding="utf-8") as file:
        return file.read()


def inline(page):
    text = re.sub(r"\n *```.*?\n *```", "\n", read(page), flags=re.DOTALL)
    for code in re.findall(r"(?<!`)`([^`]+)`(?!`)", text):
        yield " ".join(code.split()).replace("\\|", "|")


def blocks(page):
    for match in re.finditer(r"^ *```(\w*)\n(.*?)^ *```", read(page), re.DOTALL | re.MULTILINE):
        yield match.group(1), read(page)[:match.start()].rstrip().split("\n")[-1], match.group(2)


def commands(page):
    """Yields the lists of words with which a page calls a script of this project."""
    lines = [line for _, _, block in blocks(page)
             for line in block.replace("\\\n", " ").split("\n")]
    for line in [*lines, *inline(page)]:
        if "python " not in line or ".py" not in line:
            continue
        # A comment begins at two spaces; `<start_token>` and the like are no redirections.
        command = re.split(r"\s\s+#|\s#\s", line.strip())[0].lstrip("$ ")
        try:
            words = shlex.split(command)
        except ValueError:  # prose between backticks
            continue
        for i, word in enumerate(words[:-1]):
            if word in ("python", "python3") and re.fullmatch(r"(scripts|tests)/\w+\.py",
                                                              words[i + 1]):
                ends = [j for j, other in enumerate(words[i + 1:], i + 1)
                        if other in ("|", "&&", ";", ">", "<", ">>", "2>", "...")]
                yield words[i + 1:ends[0] if ends else None]


COMMANDS = sorted({(page, tuple(words)) for page in PAGES for words in commands(page)})


@functools.lru_cache(maxsize=None)
def help_of(script):
    done = subprocess.run([sys.executable, os.path.join(ROOT, script), "--help"],
                          capture_output=True, check=True)
    text = done.stdout.decode()
    for corpus in re.findall(r"^    (\w+) {3,}", text, re.MULTILINE):
        more = subprocess.run([sys.executable, os.path.join(ROOT, script), corpus, "--help"],
                              capture_output=True, check=False)
        text += more.stdout.decode()
    return text


def flags_of(script):
    named = set(re.findall(r"--[a-z][a-z0-9-]*", help_of(script)))
    return named | {"--no-" + name[2:] for name in named}


@functools.lru_cache(maxsize=None)
def every_flag():
    scripts = ["scripts/" + name for name in sorted(os.listdir(SCRIPTS)) if name.endswith(".py")]
    return set().union(*map(flags_of, [*scripts, *OF_TESTS]), OF_OTHERS)


def test_the_pages_and_their_commands_are_found():
    assert "README.md" in PAGES and os.path.join("scripts", "README.ko.md") in PAGES
    assert len(COMMANDS) > 60
    scripts = {words[0] for _, words in COMMANDS}
    assert {"scripts/train.py", "scripts/generate.py", "scripts/prepare.py"} <= scripts


@pytest.mark.parametrize("page, words", COMMANDS, ids=[" ".join(words) for _, words in COMMANDS])
def test_a_command_of_a_page_parses(page, words, capsys):
    script, *argv = words
    module = os.path.basename(script)[:-3]
    if module == "tutorial":  # it has no parse_args of its own
        assert {word for word in argv if word.startswith("-")} <= flags_of(script)
        return
    try:
        importlib.import_module(module).parse_args(argv)
    except SystemExit as stopped:
        assert not stopped.code, f"{page}: {capsys.readouterr().err}"


@pytest.mark.parametrize("argv", [
    "generate.py RUN --beam 5 --n-best 3 words.txt",
    "generate.py --beam 5 RUN words.txt",
    "doctor.py a.py --json b.py",
    "prepare.py catalogues a.whl b.whl --language de OUT",
    "prepare.py catalogues a.whl --language de b.whl OUT --verbose",
    "prepare.py --verbose debian --task translation OUT --lists a",
    "convert.py FROM --yes TO", "replay.py --rnn fused CASE.npz --towers 2",
    "legacy.py run PROGRAM.py --its-own flag",
])
def test_flags_stand_anywhere(argv):
    name, *argv = argv.split()
    args = vars(importlib.import_module(name[:-3]).parse_args(argv))
    given = [word for value in args.values() for word in (
        value if isinstance(value, list) else [str(value)])]
    assert {word for word in argv if "." in word or word.isupper()} <= set(given)


@pytest.mark.parametrize("page", PAGES)
def test_every_flag_that_a_page_names_exists(page):
    known = every_flag()
    for code in inline(page):
        if code.startswith(("pip ", "docker ", "apt", "pyenv", "uv ", "conda ", "python3.7 ")):
            continue
        for flag in re.findall(r"(?<![\w-])--[a-z][a-z0-9-]*", code):
            assert flag in known, f"{page}: {code}: no script has {flag}"
        called = re.match(r"(?:scripts/)?(\w+)\.py ", code)
        if called and os.path.exists(os.path.join(SCRIPTS, called.group(1) + ".py")):
            has = flags_of(f"scripts/{called.group(1)}.py")
            wrong = set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]*", code)) - has
            assert not wrong, f"{page}: {code}"


def anchors(page):
    """The anchors that GitHub makes of a page's headings."""
    text = re.sub(r"^ *```.*?^ *```", "", read(page), flags=re.DOTALL | re.MULTILINE)
    found = set(re.findall(r'<a (?:id|name)="([^"]+)"', text))
    for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        kept = [c for c in words
                if c in " -_" or unicodedata.category(c)[0] in "LN" or c == "\u200d"]
        slug = again = "".join(kept).replace(" ", "-")
        number = 0
        while again in found:
            number += 1
            again = f"{slug}-{number}"
        found.add(again)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page):
    text = re.sub(r"^ *```.*?^ *```", "", read(page), flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"`[^`\n]*`", "`code`", text)
    links = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|href)="([^"]+)"', text)
    for link in links:
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = os.path.normpath(os.path.join(os.path.dirname(page), path)) if path else page
        assert os.path.exists(os.path.join(ROOT, target)), f"{page}: {link}: no such file"
        if anchor and target.endswith(".md"):
            assert anchor in anchors(target), f"{page}: {link}: no such heading in {target}"


SNIPPETS = [(page, code) for page in PAGES for language, above, code in blocks(page)
            if language == "python" and not above.startswith("<!-- not run: ")]


@pytest.mark.slow
@pytest.mark.parametrize("page, code", SNIPPETS, ids=[page for page, _ in SNIPPETS])
def test_a_snippet_runs(page, code, tmp_path):
    if ON_TF115 and "keras" in code:
        pytest.skip("Keras 3 comes with TensorFlow 2.16 and later")
    environment = {**os.environ, "PYTHONPATH": ROOT}
    done = subprocess.run([sys.executable, "-c", code], cwd=str(tmp_path), env=environment,
                          capture_output=True, check=False)
    assert done.returncode == 0, f"{page}:\n{done.stderr.decode()[-2000:]}"


def figures(text):
    return set(re.findall(r"(?<![\w.,])\d+\.\d+(?:e-\d+)?|\d{1,3},\d{3}(?:,\d{3})?", text))


def test_a_figure_of_the_door_stands_on_the_page_that_it_comes_from():
    """README.md's small tables link to the pages whose figures they repeat."""
    section = read("README.md").split("## How equal, how good, how fast")[1].split("\n## ")[0]
    for table in re.findall(r"(?:^\|.*\n)+", section, re.MULTILINE):
        page, _, _ = re.search(r"\]\(([^)]+)\)", table).group(1).partition("#")
        missing = figures(table) - figures(read(page))
        assert not missing, f"README.md has {missing}, {page} has not"


def test_output_that_two_pages_show_is_the_same():
    """The last epoch's line of README.md's command stands in English and in Korean."""
    lines = {line.strip() for page in ("README.md", os.path.join("scripts", "README.ko.md"))
             for _, _, block in blocks(page) for line in block.split("\n")
             if line.startswith("epoch 4/4")}
    assert len(lines) == 1


def test_the_table_of_variables_is_the_models():
    page = read(os.path.join("seq2seq_graph", "weights", "README.md"))
    rows = re.findall(r"^\| `([\w/]+)` \| ([V\d, ]+) \|$", page, re.MULTILINE)
    shapes = variables.shapes(ModelConfig(vocab_size=7919))
    assert rows == [(name, ", ".join(map(str, shape)).replace("7919", "V"))
                    for name, shape in shapes.items()]
