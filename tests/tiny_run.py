"""A run directory made in a moment: random weights that end some sequences early."""

import os

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.data.text_config import TextConfig
from seq2seq_graph.model import build_training_graph
from seq2seq_graph.runs import run_directory
from seq2seq_graph.vocabulary import Vocabulary

T_IN, T_OUT = 6, 7
# Seen to give different sources different outputs, of all lengths from none to T_OUT.
SCALE = {"embeddings": 2, "kernel": 0.5, "bias": 0.5, "weights": 2, "biases": 0.5,
         "attention_g": 2, "attention_v": 1, "attention_b": 0.5}
SOURCE_TOKENS, TARGET_TOKENS = "abcdeé가", ("K", "AE", "T", "S")


def make(directory, origin="nowhere", source_tokens="characters", seed=1, **options):
    """Writes a run and returns its path; `options` are the model's."""
    config = ModelConfig(
        vocab_size=11, max_input_length=T_IN, max_output_length=T_OUT, encoder_embedding_size=8,
        encoder_hidden_units=24, decoder_embedding_size=8, decoder_hidden_units=24, **options)
    kind = "folder" if os.path.isdir(origin) else "pairs"
    text = TextConfig(kind=kind, origin=str(origin), source_tokens=source_tokens)
    vocabularies = Vocabulary(SOURCE_TOKENS), Vocabulary(TARGET_TOKENS)
    directory = run_directory.create(
        str(directory), run_directory.Run(config, TrainingConfig(), text, *vocabularies))
    with tf.Graph().as_default(), tf.Session() as sess:
        build_training_graph(config)
        for i, variable in enumerate(tf.global_variables()):
            values = np.random.RandomState([seed, i]).normal(size=variable.shape.as_list())
            values *= SCALE[variable.op.name.split("/")[-1]]
            variable.load(values.astype(np.float32), sess)
        tf.train.Saver().save(sess, directory + "/model.ckpt", global_step=1)
    return directory
