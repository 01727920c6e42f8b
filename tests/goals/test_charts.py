from datetime import date
from decimal import Decimal

from goals.charts import draw_readings

READINGS = [
    (date(2026, 1, 1), Decimal(0)),
    (date(2026, 7, 2), Decimal(50)),
]


def test_two_readings_make_a_line_on_both_sizes():
    wide, phone = draw_readings(READINGS, target=Decimal(100), due=date(2026, 12, 31))
    assert (wide.size, phone.size) == ("wide", "phone")
    assert [dot.label for dot in wide.dots] == ["0", "50"]
    assert wide.line == "12.0,170.0 320.0,99.0"
    assert wide.area == "12.0,178.0 12.0,170.0 320.0,99.0 320.0,178.0"
    assert wide.target_y == "28.0"
    assert wide.words == "From 0 to 50"


def test_the_last_number_stands_beside_its_dot_and_inside_the_chart():
    wide, _ = draw_readings(READINGS, target=None, due=date(2026, 12, 31))
    last = wide.dots[-1]
    assert (last.label_x, last.label_y, last.label_anchor) == ("330.0", "32.0", "start")
    wide, _ = draw_readings(READINGS, target=None, due=None)
    last = wide.dots[-1]
    assert (last.label_x, last.label_anchor) == (last.x, "end")


def test_one_reading_is_no_line():
    assert draw_readings(READINGS[:1], target=None, due=None) == []


def test_equal_values_on_one_day_lie_in_the_middle():
    same = [(date(2026, 1, 1), Decimal(7))] * 2
    wide, _ = draw_readings(same, target=None, due=None)
    assert wide.line == "320.0,99.0 320.0,99.0"
    assert wide.target_y is None
