"""Serves a trained run, or an export of one, in the form of TensorFlow Serving's REST interface.

    python scripts/serve.py RUN
    python scripts/serve.py FOLDER --name translate --port 8501
    curl -d '{"instances": ["hello"]}' http://127.0.0.1:8501/v1/models/translate:predict

FOLDER is what scripts/export.py wrote. Waiting requests are answered together. Ctrl-C or a kind
kill answers what waits, then ends. Nothing is encrypted and nobody is asked for a password: only
this machine is served unless --host says else.
"""

import os
import signal
import sys
import threading

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from seq2seq_graph.console import script
from seq2seq_graph.errors import InputError
from seq2seq_graph.inference.decoding_flags import add_decoding_flags, beam_width


def parse_args(argv=None):
    from seq2seq_graph.fields import flag_type, whole_number

    parser = script.parser(__doc__)
    parser.add_argument("path", metavar="RUN|FOLDER", help="what scripts/train.py left, or "
                        "scripts/export.py wrote; that has its own beam and hypotheses")
    parser.add_argument("--name", help="the model's in its address (the last part of RUN)")
    parser.add_argument("--host", default="127.0.0.1", metavar="ADDRESS",
                        help="address to listen at; 0.0.0.0 is every one (%(default)s)")
    parser.add_argument("--port", type=flag_type(int, lambda port: 0 <= port <= 65535,
                                                 "from 0 to 65535"),
                        default=8501, help="0 takes a free one (%(default)s)")
    number, seconds = whole_number(), flag_type(float, lambda value: 0 < value < 1e6, "above 0")
    for flag, kind, default, what in (
        ("--most-bytes", number, 2**20, "bytes of a request"),
        ("--most-texts", number, 256, "texts of a request"),
        ("--most-waiting", number, 4096, "texts that wait; of more, a request is refused"),
        ("--most-connections", number, 512, "connections at once"),
        ("--seconds", seconds, 30.0, "seconds to an answer"),
    ):
        parser.add_argument(flag, type=kind, default=default, help=f"{what} (%(default)s)")
    add_decoding_flags(parser, n_best=True)
    args = parser.parse_args(argv)
    args.width = beam_width(parser, args)
    return args


@script.main(parse_args)
def main(args):
    from seq2seq_graph.inference.serving import batcher, http_server

    limits = http_server.Limits(args.most_bytes, args.most_texts, args.most_waiting,
                                args.most_connections, args.seconds)
    name = args.name or os.path.basename(os.path.abspath(args.path))
    if "/" in name or ":" in name:
        raise InputError(f"--name {name}: has a / or a :, which an address reads as its own")
    with opened(args) as model:
        model.answer(["a"])  # what is made at a first run is made now; nothing is run of no token
        answers = batcher.Batcher(model.answer, 256, limits.waiting, limits.seconds)
        server = http_server.Server((args.host, args.port), name, answers, model.n_best, limits,
                                    lambda line: print(line, file=sys.stderr, flush=True),
                                    model.explain)
        ended = serve(server, answers)
    counts = answers.counts()
    print(f"ended by {ended}: {counts.texts:,} texts of {counts.requests:,} requests answered in "
          f"{counts.batches:,} batches")
    return 0


def opened(args):
    from seq2seq_graph.inference.serving import models

    if not models.is_saved_model(args.path):
        return models.open_run(args.path, args.width, args.n_best, args.length_penalty,
                               args.longest)
    given = {"--beam": args.beam, "--longest": args.longest, "--n-best": args.n_best - 1,
             "--length-penalty": args.length_penalty}
    for flag, value in given.items():
        if value:
            raise InputError(f"{flag} was chosen when {args.path} was exported; leave it out, or "
                             "serve the run")
    return models.open_saved_model(args.path)


def serve(server, answers):
    """Serves until a signal comes; returns its name when all that waited is answered."""
    came = []
    stop = threading.Event()

    def note(number, frame):
        came.append(signal.Signals(number).name)
        stop.set()

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    host = server.server_address[0]
    host = f"[{host}]" if ":" in host else host
    print(f"http://{host}:{server.server_port}/v1/models/{server.model_name}", flush=True)
    if server.explain is not None:
        print(f"http://{host}:{server.server_port}/ is a page to look at single lines", flush=True)
    thread = threading.Thread(target=server.serve_forever, name="connections", daemon=True)
    thread.start()
    try:
        while not stop.wait(1):
            pass
    finally:
        server.ending = True
        server.shutdown()
        answers.close()
        server.finish()  # the model is closed behind this
        server.server_close()
        for number, handler in before.items():
            signal.signal(number, handler)
    return came[0] if came else "an error"


if __name__ == "__main__":
    sys.exit(main())
