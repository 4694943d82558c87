"""`tf.nn.rnn_cell` of TensorFlow 1.15, all of it under the old name."""

from seq2seq_graph.legacy.cell import RNNCell
from seq2seq_graph.legacy.cell_dropout import DropoutWrapper
from seq2seq_graph.legacy.cell_wrappers import DeviceWrapper, ResidualWrapper
from seq2seq_graph.legacy.rnn_cell_basic import BasicRNNCell, GRUCell, MultiRNNCell
from seq2seq_graph.legacy.rnn_cell_basic_lstm import BasicLSTMCell
from seq2seq_graph.legacy.rnn_cell_lstm import LSTMCell, LSTMStateTuple

__all__ = [
    "BasicLSTMCell",
    "BasicRNNCell",
    "DeviceWrapper",
    "DropoutWrapper",
    "GRUCell",
    "LSTMCell",
    "LSTMStateTuple",
    "MultiRNNCell",
    "RNNCell",
    "ResidualWrapper",
]
