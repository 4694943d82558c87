"""The folder that processes of a program under `legacy.py run` have on their path at the start."""
