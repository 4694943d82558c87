"""How a model is trained: the train op, its steps, validation, and the run loop around them."""
