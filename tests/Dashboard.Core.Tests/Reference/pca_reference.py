"""Makes pca_reference.json with scikit-learn (1.2.1): run in this folder with numpy, pandas and scikit-learn.

The steps are NannyML's: impute (mean, most frequent), replace categories by their share of the reference, standardise, PCA that explains 0.65, mean Euclidean distance of rows from their
reconstruction, by chunks of 250 rows of the current side.
"""
import json

import numpy as np
import pandas as pd
from sklearn.decomposition import PCA
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import StandardScaler

NUMBERS = {"flights_small": ["delay", "distance", "hour"], "breast_cancer_by_class": None}
CATEGORIES = {"flights_small": ["origin", "destination"], "breast_cancer_by_class": []}


def frame(pair, side):
    data = pd.read_csv(f"inputs/{pair}_{side}.csv")
    # A few holes, at fixed places, so that imputation counts.
    for i, column in enumerate(data.columns):
        data.loc[data.index % 97 == 11 + i, column] = np.nan
    # The product keeps features as 32-bit floats.
    floats = data.select_dtypes("number").columns
    data[floats] = data[floats].astype(np.float32).astype(np.float64)
    return data


result = {}
for pair in NUMBERS:
    reference, current = frame(pair, "ref"), frame(pair, "cur")
    numbers = NUMBERS[pair] or list(reference.columns)
    categories = [c for c in CATEGORIES[pair] if c in reference.columns]
    numbers = [c for c in numbers if c in reference.columns]
    mean, frequent = SimpleImputer(strategy="mean"), SimpleImputer(strategy="most_frequent")
    scaler, pca = StandardScaler(), PCA(n_components=0.65, svd_solver="full")

    def encode(data, fit):
        filled = pd.DataFrame(index=data.index)
        filled[numbers] = (mean.fit_transform if fit else mean.transform)(data[numbers])
        if categories:
            texts = (frequent.fit_transform if fit else frequent.transform)(data[categories].astype(object))
            for i, column in enumerate(categories):
                if fit:
                    shares[column] = pd.Series(texts[:, i]).value_counts(normalize=True)
                filled[column] = pd.Series(texts[:, i]).map(shares[column]).fillna(0).astype(float).values
        return filled

    shares = {}
    x = scaler.fit_transform(encode(reference, True))
    pca.fit(x)
    z = scaler.transform(encode(current, False))
    errors = np.linalg.norm(z - pca.inverse_transform(pca.transform(z)), axis=1)
    own = np.linalg.norm(x - pca.inverse_transform(pca.transform(x)), axis=1)
    result[pair] = {
        "numbers": numbers,
        "categories": categories,
        "components": int(pca.n_components_),
        "explained": float(pca.explained_variance_ratio_.sum()),
        "reference_mean": float(own.mean()),
        "current_first": [float(e) for e in errors[:20]],
        "current_chunks": [float(errors[i:i + 250].mean()) for i in range(0, len(errors), 250)],
    }

with open("pca_reference.json", "w") as file:
    json.dump(result, file, indent=1)
