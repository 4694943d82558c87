"""Names that other packages have lost since the time of TensorFlow 1."""

import functools

from seq2seq_graph.legacy.programs import pandas_names
from seq2seq_graph.legacy.programs.lend import Lost, find_lost, lend
from seq2seq_graph.legacy.programs.notices import say_once


def _matplotlib_pyplot(pyplot):
    import matplotlib
    styles = matplotlib.style.library
    for name in list(styles):
        if name.startswith("seaborn-v0_8"):
            styles.setdefault(name.replace("-v0_8", ""), styles[name])
    lend(pyplot.cm, {"get_cmap": Lost(lambda: pyplot.get_cmap, "plt.get_cmap")})
    canvas = matplotlib.backend_bases.FigureCanvasBase
    if not hasattr(canvas, "set_window_title"):
        canvas.set_window_title = lambda self, title: self.manager and (
            self.manager.set_window_title(title))


def _scipy(scipy):
    import numpy as np
    names = ["array", "zeros", "ones", "sqrt", "log", "exp", "dot", "mean", "std", "sum", "arange",
             "linspace", "pi", "inf", "nan", "sin", "cos", "absolute", "sign", "transpose",
             "vstack", "hstack", "where", "random"]
    lend(scipy, {name: Lost(lambda name=name: getattr(np, name), f"np.{name}")
                 for name in names if not hasattr(scipy, name)})


def _scipy_signal(signal):
    windows = ["gaussian", "hann", "hamming", "blackman", "bartlett", "boxcar", "triang", "kaiser"]
    lend(signal, {name: find_lost(f"scipy.signal.windows:{name}")
                  for name in windows if not hasattr(signal, name)})


def _scipy_integrate(integrate):
    lend(integrate, {old: find_lost(f"scipy.integrate:{new}") for old, new in (
        ("simps", "simpson"), ("trapz", "trapezoid"), ("cumtrapz", "cumulative_trapezoid"))
        if not hasattr(integrate, old)})


def _scipy_misc(misc):
    lend(misc, {name: find_lost(f"scipy.special:{name}")
                for name in ("logsumexp", "comb", "factorial")})


def _sklearn_encoders(encoders):
    encoder = encoders.OneHotEncoder
    make = encoder.__init__

    @functools.wraps(make)
    def old(self, *args, **given):
        if "sparse" in given:
            say_once("OneHotEncoder(sparse=...) is gone and was brought back",
                     "write sparse_output=...")
            given["sparse_output"] = given.pop("sparse")
        make(self, *args, **given)

    encoder.__init__ = old


def _sklearn_texts(text):
    for kind in (text.CountVectorizer, text.TfidfVectorizer):
        if not hasattr(kind, "get_feature_names"):
            kind.get_feature_names = lambda self: list(self.get_feature_names_out())


def _sklearn_regression(regression):
    error = regression.mean_squared_error

    @functools.wraps(error)
    def mean_squared_error(*args, **given):
        root = not given.pop("squared", True)
        found = error(*args, **given)
        return found ** 0.5 if root else found

    regression.mean_squared_error = mean_squared_error


def _pictures(image):
    lend(image, {old: Lost(lambda new=new: getattr(image, new), f"Image.{new}") for old, new in (
        ("ANTIALIAS", "LANCZOS"), ("LINEAR", "BILINEAR"), ("CUBIC", "BICUBIC"))
        if not hasattr(image, old)})


# Module -> what is done to it once it is loaded.
LATE = {
    "matplotlib.pyplot": _matplotlib_pyplot, "scipy": _scipy, "scipy.signal": _scipy_signal,
    "scipy.integrate": _scipy_integrate, "scipy.misc": _scipy_misc, "PIL.Image": _pictures,
    "pandas": pandas_names.restore, "sklearn.preprocessing._encoders": _sklearn_encoders,
    "sklearn.feature_extraction.text": _sklearn_texts,
    "sklearn.metrics._regression": _sklearn_regression,
}
