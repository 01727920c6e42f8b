"""Everything a coalition has, as a zip of CSV files: one for each kind of record."""

from coalition.web.exports.archive import export_everything
from coalition.web.exports.contents import LEFT_OUT, TABLES
from coalition.web.exports.tables import NAMES

__all__ = ["LEFT_OUT", "NAMES", "TABLES", "export_everything"]
