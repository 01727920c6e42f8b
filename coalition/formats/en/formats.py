"""How dates are written in English; templates and code know the names only."""

DATE_FORMAT = "j F Y"
MONTH_DAY_FORMAT = "j F"
YEAR_MONTH_FORMAT = "M Y"
WEEKDAY_FORMAT = "l"
LONG_DATE_FORMAT = "l j F Y"
LONG_MONTH_DAY_FORMAT = "l j F"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "l j F Y, H:i"
MONTH_DAY_TIME_FORMAT = "l j F, H:i"
SHORT_MONTH_DAY_FORMAT = "j M"

# Browsers send dates so, whatever they show.
DATE_INPUT_FORMATS = ["%Y-%m-%d"]
