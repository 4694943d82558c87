"""Training in several processes, by TensorFlow's own runtime: who they are, start, wait and end."""
