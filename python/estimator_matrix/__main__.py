"""Writes docs/coverage/estimators.md: run by `npm run docs:estimators`."""

import sys

from .table import FILE, page, run_all

if __name__ == "__main__":
    rows = run_all()
    FILE.write_text(page(rows), "utf-8")
    wrong = [row for row in rows if row[3] == "wrong"]
    for row in wrong:
        print(*row, sep=" | ", file=sys.stderr)
    sys.exit(1 if wrong else 0)
