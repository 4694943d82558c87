"""Writes a corpus of real text as train.tsv, valid.tsv, test.tsv and README into a new folder.

    python scripts/prepare.py catalogues homeassistant-2024.3.3-py3-none-any.whl OUT --language ko
    python scripts/prepare.py debian OUT --task summaries
    python scripts/prepare.py dialogue OUT --language english --language korean

`python scripts/prepare.py CORPUS --help` lists a corpus's options.
"""

import sys

from seq2seq_graph.console import script


def parse_args(argv=None):
    from seq2seq_graph.data.corpora import catalogues, debian, dialogue

    parser = script.parser(__doc__)
    corpora = parser.add_subparsers(metavar="CORPUS", dest="corpus")
    corpora.required = True

    messages = corpora.add_parser("catalogues", help="messages of programs, English -> another")
    messages.add_argument("paths", nargs="+", metavar="PATH",
                          help="folder, wheel or zip with .mo or en.json files, or a .mo file")
    messages.add_argument("--language", default="ko", help="as in the files' names (ko)")
    messages.set_defaults(load=lambda args: catalogues.load(args.paths, args.language))

    packages = corpora.add_parser("debian", help="Debian's package descriptions")
    packages.add_argument("--task", choices=("summaries", "translation"), default="summaries",
                          help="paragraph -> synopsis (the default), or English -> another")
    packages.add_argument("--language", help="en for summaries, ko for translation")
    packages.add_argument("--lists", action="append", metavar="PATH",
                          help=f"an index or a folder of them ({debian.LISTS}); may be repeated")
    packages.set_defaults(load=load_debian)

    talk = corpora.add_parser("dialogue", help="chatterbot-corpus, a turn -> its answer")
    talk.add_argument("--language", action="append", help="(english); may be repeated")
    talk.set_defaults(load=lambda args: dialogue.load(args.language or ["english"]))

    for corpus in messages, packages, talk:
        corpus.add_argument("out", metavar="OUT", help="the new folder")
        script.add_verbose(corpus)
    return parser.parse_args(argv)


def load_debian(args):
    from seq2seq_graph.data.corpora import debian

    lists = args.lists or [debian.LISTS]
    if args.task == "summaries":
        return debian.load_summaries(lists, args.language or "en")
    return debian.load_translations(lists, args.language or "ko")


@script.main(parse_args)
def main(args):
    from seq2seq_graph.data.corpora import folder

    folder.check_new(args.out)
    print(folder.write(args.out, args.load(args)), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
