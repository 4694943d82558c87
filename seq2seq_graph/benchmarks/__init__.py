"""The same work in several programs, timed side by side: `scripts/benchmark.py`.

`cases` says what is computed; `training_engines`, `generation_engines` and `limit` compute it, each
engine in a process of its own (`worker`), which `rounds` starts and takes in turn.
"""
