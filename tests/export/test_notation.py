"""Rows of slides under their columns, formulas as mathematics, and nothing else as either."""

import pytest

from rag_notes.export.notation import cells, latex, runs
from rag_notes.schema import Claim


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("p = (1 - e^-kn/m)^k", "p = (1 - e^{-kn/m})^{k}"),
        ("k = (m/n) ln 2", r"k = (m/n) \ln 2"),
        ("a_ij < x^2/3 * 5 %", r"a_{ij} \lt  x^{2}/3 \cdot  5 \%"),
        ("Attention(Q, K) = softmax(QK/√d)", r"\text{Attention}(Q, K) = \text{softmax}(QK/√d)"),
    ],
)
def test_a_formula_is_written_in_latex(text: str, formula: str) -> None:
    assert latex(text) == formula


@pytest.mark.parametrize(
    "text",
    [
        "The rate is 5.",
        "If x = 5, y = 3",
        "loss = 0.5 and accuracy = 3",
        r"x = \input{file}",
        "[x](http://a) = 3",
        "x = `rm`",
        "_x_ = 3",
        "x = $3",
        "lr = 3e-4",
        "x = 2^2^n",
        "C_6H_12 = 1",
        "y = ftp://a.co/x",
        "x = www.a.co",
        "n = 10 ms",
        "a == b",
        "max_len = 10",
        "",
    ],
)
def test_what_is_no_formula_or_may_not_be_safe_stays_text(text: str) -> None:
    assert latex(text) is None


def test_rows_of_one_table_come_under_its_columns() -> None:
    texts = ("Bits: 5; Rate: 9 %", "Bits: 8; Rate: 2 %", "Keys: 5; Rate: 1 %", "A line.")
    found = list(runs([Claim(text, text, (), 1.0) for text in texts]))
    assert [(one.columns, len(one.claims)) for one in found] == [
        (("Bits", "Rate"), 2),
        ((), 1),  # one row alone reads better as a line
        ((), 1),
    ]
    assert cells(texts[0]) == ("5", "9 %")
