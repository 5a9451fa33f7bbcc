"""Every estimator of scikit-learn answers as docs/coverage/estimators.md says, through Setosa's engine; see estimator_matrix."""

from __future__ import annotations

import shutil

import pytest
from estimator_matrix.engine import ROOT
from estimator_matrix.table import FILE, committed, run_all, verdict

pytestmark = [
    pytest.mark.estimators,
    pytest.mark.skipif(
        shutil.which("node") is None or not (ROOT / "node_modules").exists(), reason="the engine runs in Node, after npm ci"
    ),
]


@pytest.fixture(scope="module")
def rows():
    return run_all()


def test_no_answer_is_wrong(rows):
    assert [row for row in rows if row[3] == "wrong"] == []


def test_the_committed_table_is_true(rows):
    found = [verdict(row) for row in rows]
    assert [row for row in found if row not in committed()] == [], f"{FILE.name} lacks these: npm run docs:estimators writes it anew"
    assert found == committed()
