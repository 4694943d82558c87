"""What programs of TensorFlow 1 took from `tf.contrib`, in files named as there."""
