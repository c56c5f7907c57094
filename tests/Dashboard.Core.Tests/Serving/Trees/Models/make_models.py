"""Makes the models beside it with the XGBoost that is installed, and for each the rows it was asked and what XGBoost itself answered.

The library's own answer is the reference: a walk over the model file has to agree with it to 1e-6. Ran with XGBoost 1.7.4.
"""
import json

import numpy as np
import xgboost as xgb

rng = np.random.default_rng(11)
ROWS, ASKED = 600, 120
X = np.column_stack([
    rng.standard_normal(ROWS),
    rng.integers(0, 24, ROWS),
    rng.integers(0, 40, ROWS),   # many categories: split by partition
    rng.integers(0, 3, ROWS),    # few categories: split one against the rest
]).astype(np.float32)
signal = np.sin(X[:, 1] / 4) + X[:, 0] + (X[:, 2] * 7 % 11 - 5) / 3 + (X[:, 3] == 2) + rng.standard_normal(ROWS) / 3
X[rng.random(X.shape) < 0.12] = np.nan
NAMES, TYPES = ["size", "hour", "carrier", "season"], ["q", "q", "c", "c"]

# Codes that training never saw, within the last word of a split's bits, beyond it, beyond all codes, and none at all.
asked = X[:ASKED].copy()
asked[:12, 2] = [41, 63, 64, 500, 16777215, 16777216, 1e9, -1, -0.5, 3.7, 39.99, np.nan]
asked[12:16, 3] = [3, 31, 32, -7]
asked[16:20, 0] = [0.0, -0.0, 1e30, -1e30]

binary = (signal > 0.5).astype(int)
three = np.digitize(signal, [-1, 1])
positive = np.exp(signal / 3)
counts = rng.poisson(positive)

MODELS = {
    "binary_logistic": (binary, dict(objective="binary:logistic", tree_method="hist", base_score=0.27, max_cat_to_onehot=4)),
    "binary_logitraw": (binary, dict(objective="binary:logitraw", tree_method="hist", base_score=0.6)),
    "binary_hinge": (binary, dict(objective="binary:hinge", tree_method="hist")),
    "multi_softprob": (three, dict(objective="multi:softprob", num_class=3, tree_method="hist", num_parallel_tree=2, subsample=0.8)),
    "multi_softmax": (three, dict(objective="multi:softmax", num_class=3, tree_method="hist")),
    "squared_error": (signal * 50 + 300, dict(objective="reg:squarederror", tree_method="hist", base_score=300)),
    "absolute_error": (signal, dict(objective="reg:absoluteerror", tree_method="hist")),
    "reg_logistic": (1 / (1 + np.exp(-signal)), dict(objective="reg:logistic", tree_method="hist")),
    "poisson": (counts, dict(objective="count:poisson", tree_method="hist", base_score=1.4)),
    "gamma": (positive, dict(objective="reg:gamma", tree_method="hist", base_score=2)),
    "tweedie": (counts, dict(objective="reg:tweedie", tree_method="hist")),
    "dart": (binary, dict(objective="binary:logistic", booster="dart", tree_method="hist", rate_drop=0.4)),
    "lossguide": (binary, dict(objective="binary:logistic", tree_method="hist", grow_policy="lossguide", max_leaves=24, max_depth=0)),
    "pruned": (binary, dict(objective="binary:logistic", tree_method="exact", gamma=3, max_depth=5)),
    "linear": (binary, dict(objective="binary:logistic", booster="gblinear", updater="coord_descent")),
    "linear_multi": (three, dict(objective="multi:softprob", num_class=3, booster="gblinear", updater="coord_descent")),
}

for name, (label, params) in MODELS.items():
    categorical = params.get("booster") != "gblinear" and params["tree_method"] != "exact"
    kind = dict(feature_names=NAMES, feature_types=TYPES, enable_categorical=True) if categorical else {}
    params = dict(params, seed=5, nthread=1, **({} if "max_depth" in params or "booster" in params and params["booster"] == "gblinear" else {"max_depth": 4}))
    booster = xgb.train(params, xgb.DMatrix(X, label, **kind), 6)
    question = xgb.DMatrix(asked, **kind)
    answer = booster.predict(question, output_margin=name in ("binary_logitraw",))
    if name == "multi_softmax":  # our answer is a probability a class: XGBoost gives it for the same margins under the other name
        booster.set_param("objective", "multi:softprob")
        answer = booster.predict(question)
        booster.set_param("objective", "multi:softmax")
    if name == "binary_logitraw":
        answer = 1 / (1 + np.exp(-answer.astype(np.float64)))
    booster.save_model(f"{name}.json")
    booster.save_model(f"{name}.ubj")
    with open(f"{name}.answers", "w") as file:
        json.dump([float(value) for value in np.asarray(answer).reshape(-1)], file)

with open("rows.answers", "w") as file:
    json.dump([None if np.isnan(value) else float(value) for value in asked.reshape(-1)], file)
