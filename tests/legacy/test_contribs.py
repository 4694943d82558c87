import pytest
from native.exercises_contribs import EXERCISES
from native.rebuilt import differences, native_results


@pytest.fixture(scope="module")
def native():
    return native_results("contribs")


@pytest.mark.parametrize("name", EXERCISES)
def test_a_smaller_contrib_is_as_its_native_one(name, native):
    assert differences("contribs", name, native) == []
