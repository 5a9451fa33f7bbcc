"""A pipeline of mixed types, with missing numbers and unknown categories, on a generated table of loans."""

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from example import Example

NUMBERS = ["income", "loan_amount", "age", "employment_years", "debt_ratio"]
STRINGS = ["purpose", "home_ownership"]
ROWS = 1000


def table(rng: np.random.Generator) -> pd.DataFrame:
    """Loans as a bank might list them; employment_years and debt_ratio are not always known."""
    income = np.round(rng.lognormal(10.7, 0.5, ROWS), 2)
    frame = pd.DataFrame(
        {
            "income": income,
            "loan_amount": np.round(income * rng.uniform(0.05, 0.8, ROWS), 2),
            "age": rng.integers(18, 80, ROWS),
            "employment_years": np.round(rng.gamma(2.0, 4.0, ROWS), 1),
            "debt_ratio": np.round(rng.beta(2.0, 5.0, ROWS), 3),
            "purpose": rng.choice(["car", "education", "home", "medical", "wedding"], ROWS),
            "home_ownership": rng.choice(["mortgage", "own", "rent"], ROWS, p=[0.4, 0.2, 0.4]),
        }
    )
    frame.loc[rng.random(ROWS) < 0.15, "employment_years"] = np.nan
    frame.loc[rng.random(ROWS) < 0.10, "debt_ratio"] = np.nan
    return frame


def defaults(frame: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Whether each loan defaults: likelier with debt, a large loan and rent, less so with long employment."""
    risk = (
        3.0 * frame["loan_amount"] / frame["income"]
        + 2.0 * frame["debt_ratio"].fillna(0.3)
        - 0.1 * frame["employment_years"].fillna(5.0)
        + 0.6 * (frame["home_ownership"] == "rent")
        + 0.5 * (frame["purpose"] == "wedding")
        - 1.6
    )
    return np.where(rng.random(ROWS) < 1.0 / (1.0 + np.exp(-risk)), "default", "repaid")


def train() -> Example:
    """Train on the whole data set."""
    rng = np.random.default_rng(7)
    frame = table(rng)
    target = defaults(frame, rng)
    model = make_pipeline(
        ColumnTransformer(
            [
                ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), NUMBERS),
                ("strings", OneHotEncoder(handle_unknown="ignore"), STRINGS),
            ]
        ),
        LogisticRegression(max_iter=1000, random_state=0),
    )
    model.fit(frame, target)
    unseen = frame.head(20).assign(purpose="yacht")
    return Example(model, frame, extra=unseen)
