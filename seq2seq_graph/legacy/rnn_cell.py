"""`tf.nn.rnn_cell` of TensorFlow 1.15, all of it under the old name."""

from seq2seq_graph.legacy.cell import RNNCell
from seq2seq_graph.legacy.cell_wrappers import DeviceWrapper, DropoutWrapper, ResidualWrapper
from seq2seq_graph.legacy.rnn_cell_basic import BasicRNNCell, GRUCell, MultiRNNCell
from seq2seq_graph.legacy.rnn_cell_lstm import BasicLSTMCell, LSTMCell, LSTMStateTuple

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
