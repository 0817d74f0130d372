"""How large a file of people may be in its parts; its size in bytes is a setting."""

MAX_ROWS = 250_000
MAX_COLUMNS = 300
MAX_CELL = 20_000  # characters
MAX_HEADING = 120
MAX_EXPANDED_BYTES = 400_000_000  # a workbook's parts, unpacked
MAX_SHARED_BYTES = 60_000_000  # the workbook's table of texts, which is read whole before the first row
MAX_SHARED_TEXTS = 2_000_000
MAX_EXPANSION = 150  # times its packed size
MAX_PARTS = 2_000
MAX_EMPTY_ROWS = 5_000  # in a row; a workbook may claim a million
