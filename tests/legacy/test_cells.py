import pytest
from native.exercises_cells import EXERCISES
from native.rebuilt import differences, native_results


@pytest.fixture(scope="module")
def native():
    return native_results("cells")


@pytest.mark.parametrize("name", EXERCISES)
def test_a_cell_is_as_its_native_one(name, native):
    assert differences("cells", name, native) == []
