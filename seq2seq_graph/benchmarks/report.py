"""What a race showed: entrants, a table, the JSON, a picture."""

import contextlib
import os
import platform
import sys
from typing import Dict, List, Optional, Sequence

from seq2seq_graph.benchmarks import limit
from seq2seq_graph.benchmarks.cases import GROWTH, Case
from seq2seq_graph.benchmarks.rounds import Entrant, Times

_NATIVE = ("document", "native")  # engines on TensorFlow 1.15
_ONEDNN = {"TF_ENABLE_ONEDNN_OPTS": "1"}
# Left alone XLA keeps to 256 bits where a processor has 512, and its YNNPACK multiplies slower than
# what it has besides. An XLA that does not know a flag ends the process.
_XLA = {"XLA_FLAGS": "--xla_cpu_prefer_vector_width=512 --xla_cpu_experimental_ynn_fusion_type="}


def entrants(
    case: Case, tf115_python: Optional[str], engines: Optional[Sequence[str]] = None
) -> List[Entrant]:
    """Lists the engines of a case with the settings among which each one's best is sought.

    Args:
      case: how its cost grows is this port's matter, and its engines' alone.
      tf115_python: without it the programs on TensorFlow 1.15 are left out.
      engines: only these, if given.
    """
    settings = _settings(case)
    environments = {"fast": _ONEDNN}
    if case.decodes:
        xla = _XLA if _tensorflow_version() >= (2, 21) else {}
        environments = {"port": _ONEDNN, "fast": {**_ONEDNN, **xla}, "keras": xla}
    if case in GROWTH:
        settings = {engine: settings[engine] for engine in ("plain", "fast")}
    return [
        Entrant(
            engine,
            setting,
            tf115_python if tf115_python and engine in _NATIVE else sys.executable,
            environments.get(engine, {}),
        )
        for engine, some in settings.items()
        for setting in some
        if (engines is None or engine in engines) and (tf115_python or engine not in _NATIVE)
    ]


def _settings(case):
    """Lists engine -> its settings, by the case's kind."""
    if case.kind == "old program":
        return {"native": [""], "legacy": [""]}
    if case.kind == "decoding":
        return {
            "fast": ["128", "500, XLA", "1000, XLA"],
            "keras": ["1024, jit off", "1024, jit on", "10000, jit off"],
            "pytorch": ["256, 2 threads", "1024, 1 threads", "1024, 2 threads"],
        }
    if case.kind == "feeding":
        return {
            "native": [""],
            "dynamic": [""],
            "fast": ["2 towers", "1 tower"],
            "keras": ["jit off", "jit on", "unrolled, jit off", "unrolled, jit on"],
            "pytorch": ["1 thread", "2 threads", "1 thread, compiled", "2 threads, compiled"],
        }
    if case.kind == "feeding decoding":
        # Some sources at once. This package decodes batches beside each other, the others do not.
        few, half, whole = (str(-(-case.batch_size // parts)) for parts in (8, 2, 1))
        return {
            "native": [half, whole],
            "port": [few, half],
            "fast": [few, half],
            "keras": [f"{size}, jit {jit}" for size in (half, whole) for jit in ("off", "on")],
            "pytorch": [f"{size}, 2 threads{how}" for size in (half, whole)
                        for how in ("", ", compiled")],
        }
    return {
        "document": [""],
        "plain": [""],
        "fast": [""],
        "keras": ["jit off", "jit on"],
        "pytorch": ["1 thread", "2 threads"],
        "limit": [
            f"{library}, {how}"
            for library, one in (("pytorch", "2 threads"), ("numpy", "1 process"))
            for how in (one, "2 processes")
        ],
    }


def _tensorflow_version():
    try:
        from importlib import metadata  # from Python 3.8 on

        return tuple(map(int, metadata.version("tensorflow").split(".")[:2]))
    except ImportError:
        return ()


def machine() -> str:
    """Names the processor, the cores and the system."""
    name = platform.processor() or platform.machine()
    with contextlib.suppress(OSError), open("/proc/cpuinfo", encoding="utf-8") as file:
        names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
        name = names[0] if names else name
    return f"{name}, {os.cpu_count()} cores, {platform.platform()}"


def as_json(case: Case, times: Dict[str, Times]) -> dict:
    """Returns engine -> its numbers."""
    rows = {}
    for engine, result in times.items():
        rows[engine] = {
            "median_ms": result.median,
            "min_ms": min(result.ms),
            "max_ms": max(result.ms),
            "setting": result.entrant.setting,
            **result.report,
        }
        if case.decodes:
            rows[engine][f"{_sources(case)}_per_second"] = _per_second(case, result)
    return rows


def table(case: Case, times: Dict[str, Times]) -> str:
    """Writes a line an engine: how long a step is, and how many times as long as the measure's.

    The measure is `fast`, of an old attention program `native`.
    """
    measure = "native" if case.kind == "old program" else "fast"
    lines = [
        f"{case.name}: {_sizes(case)}",
        f"{'engine':10} {'ms a step':>10} {'from':>9} {'to':>9} {'to ' + measure:>9} "
        f"{'peak MB':>8} {'import s':>9} {'graph s':>8} {'first s':>8}  setting",
    ]
    one = times.get(measure)
    for engine, result in times.items():
        ratio = f"{result.median / one.median:9.2f}" if one else " " * 9
        report = result.report
        lines.append(
            f"{engine:10} {result.median:10.2f} {min(result.ms):9.2f} {max(result.ms):9.2f} "
            f"{ratio} {report['peak_rss_mb']:8.0f} {report['import_s']:9.1f} "
            f"{report['graph_s']:8.1f} {report['first_step_s']:8.2f}  {result.entrant.setting}"
        )
    if case.decodes:
        lines += [
            f"{engine}: {_per_second(case, result):,.0f} {_sources(case)} a second"
            for engine, result in times.items()
        ]
    for engine, result in times.items():
        if "waits_for_data" in result.report:
            share = result.report["waits_for_data"]
            lines.append(f"{engine}: the Session waits for data {share:.2%} of the time")
    if "limit" in times:
        rate = limit.operations(case) / times["limit"].median / 1e6
        lines.append(
            f"limit: {limit.operations(case) / 1e9:.2f} thousand million operations a step, "
            f"{rate:.0f} of them a second"
        )
    return "\n".join(lines)


def _sources(case):
    """Names what is decoded: at the document's sizes a source is a word to pronounce."""
    return "words" if case.kind == "decoding" else "sources"


def _per_second(case, result):
    return 1000 * case.batch_size / result.median


def _sizes(case):
    return (
        f"batch {case.batch_size}, vocabulary {case.vocab_size}, embedding {case.embedding_size}, "
        f"{case.hidden_units} units, lengths {case.input_length}/{case.output_length}"
    )
