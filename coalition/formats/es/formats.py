"""How dates are written in Spanish."""

DATE_FORMAT = r"j \d\e F \d\e Y"
MONTH_DAY_FORMAT = r"j \d\e F"
YEAR_MONTH_FORMAT = "M Y"
WEEKDAY_FORMAT = "l"
LONG_DATE_FORMAT = r"l j \d\e F \d\e Y"
LONG_MONTH_DAY_FORMAT = r"l j \d\e F"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = r"l j \d\e F \d\e Y, H:i"
MONTH_DAY_TIME_FORMAT = r"l j \d\e F, H:i"
SHORT_MONTH_DAY_FORMAT = "j M"

DATE_INPUT_FORMATS = ["%Y-%m-%d"]
