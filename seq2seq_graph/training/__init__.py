"""The train op, the step loop and the run loop."""
