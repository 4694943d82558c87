"""What pandas, scikit-learn and Pillow have taken away is back in an old program."""

import importlib.util
import os
import subprocess
import sys

import pytest
import tensorflow

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
ON_1 = tensorflow.__version__.startswith("1.")

# Printed alike by pandas 1.3.5 and scikit-learn 1.0.2, the last for TensorFlow 1.15's Python.
PANDAS = '''
import io
import numpy as np
import pandas as pd
from pandas import DataFrame, Series, datetime, read_csv

text = "Month,Sales\\n1-01,266.0\\n1-02,145.9\\n1-03,183.1\\n"
def parser(x):
    return datetime.strptime("190" + x, "%Y-%m")
series = read_csv(io.StringIO(text), header=0, parse_dates=[0], index_col=0, squeeze=True,
                  date_parser=parser)
print(type(series).__name__, series.index[1].month, series.values[1])
values = series.values
values[0] = 1.0
frame = DataFrame({"a": [1.0, 2.0, np.nan], "b": ["x", "y", "z"]})
frame = frame.append({"a": 4.0, "b": "w"}, ignore_index=True)
frame = frame.append(frame.iloc[:1], ignore_index=True)
print(frame.shape, frame.fillna(method="ffill")["a"].tolist(), [n for n, _ in frame.iteritems()])
print(pd.concat([frame, frame], 1).shape, frame.drop("b", 1).shape)
print(type(frame["b"].values).__name__, frame["b"].values.dtype)
print(Series([1, 2]).append(Series([3])).tolist(), DataFrame().append(frame[:2]).shape)
print(frame[["a"]].applymap(lambda v: v * 2)["a"].tolist()[:2], pd.np.ones(2).tolist())
print(Series([1.0, 3.0]).mad())
table = read_csv(io.StringIO("1 2\\n3   4\\n"), delim_whitespace=True, header=None,
                 error_bad_lines=False)
print(table.shape, table.values.flags.writeable)
'''
PANDAS_PRINTED = '''Series 2 145.9
(5, 2) [1.0, 2.0, 2.0, 4.0, 1.0] ['a', 'b']
(5, 4) (5, 1)
ndarray object
[1, 2, 3] (2, 2)
[2.0, 4.0] [1.0, 1.0]
1.0
(2, 2) True
'''
SKLEARN = '''
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.metrics import mean_squared_error
from sklearn.preprocessing import OneHotEncoder
words = CountVectorizer().fit(["a cat", "a dog"])
print(words.get_feature_names(), OneHotEncoder(sparse=False).fit_transform([[1], [2]]).tolist())
print(mean_squared_error([1.0], [3.0], squared=False), mean_squared_error([1.0], [3.0]))
'''


@pytest.mark.skipif(ON_1, reason="on TensorFlow 1 the packages are of its time: needs 2")
@pytest.mark.parametrize("package, program, printed", [
    ("pandas", PANDAS, PANDAS_PRINTED),
    ("sklearn", SKLEARN, "['cat', 'dog'] [[1.0, 0.0], [0.0, 1.0]]\n2.0 4.0\n"),
    ("PIL", "from PIL import Image\nprint(Image.ANTIALIAS == Image.LANCZOS)", "True\n"),
])
def test_what_other_packages_have_lost_is_back(tmp_path, package, program, printed):
    if importlib.util.find_spec(package) is None:
        pytest.skip("pip install pandas scikit-learn pillow")
    (tmp_path / "program.py").write_text(program)
    done = subprocess.run(
        [sys.executable, os.path.join(ROOT, "scripts", "legacy.py"), "run", "program.py"],
        cwd=str(tmp_path), env=dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", PYTHONPATH=ROOT),
        capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stdout) == (0, printed), done.stderr
