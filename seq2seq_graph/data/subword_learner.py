"""Learns sub-words in a process of its own: standard input has a text, standard output the model.

SentencePiece's training ends in a segmentation fault where TensorFlow 1.15 was imported before it.
No NumPy, no TensorFlow, nothing of this package.
"""

import io
import json
import subprocess
import sys
from typing import Any, Dict, List


def learn(lines: List[str], options: Dict[str, Any]) -> bytes:
    """Returns a model file's content.

    Args:
      lines: of text.
      options: of SentencePiece's trainer.

    Raises:
      RuntimeError: nothing can be learned; the message is SentencePiece's, or says how the process
        ended.
    """
    request = json.dumps([lines, options]).encode("ascii")
    done = subprocess.run([sys.executable, __file__], input=request, capture_output=True,
                          check=False)
    if done.returncode:
        message = done.stderr.decode("utf-8", "replace").strip()
        raise RuntimeError(message.split("\n")[-1] or f"its process ended with {done.returncode}")
    return done.stdout


def main() -> None:
    """Is the other process."""
    import sentencepiece

    lines, options = json.load(sys.stdin.buffer)
    written = io.BytesIO()
    try:
        sentencepiece.SentencePieceTrainer.Train(
            sentence_iterator=iter(lines), model_writer=written, **options)
    except RuntimeError as error:
        sys.exit(str(error).strip())
    sys.stdout.buffer.write(written.getvalue())


if __name__ == "__main__":
    main()
