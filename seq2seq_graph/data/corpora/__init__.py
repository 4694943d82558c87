"""Real text, one module a corpus.

`cmudict` yields pairs of tokens. The others load a `corpus.Corpus`, pairs of texts, which
`scripts/prepare.py` writes as files. What a corpus needs beside its data is in the extra `corpora`.
"""
