"""Models that answer with the nearest of some points."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.cluster import AffinityPropagation, Birch, BisectingKMeans, MeanShift
from sklearn.neighbors import NearestCentroid, RadiusNeighborsClassifier, RadiusNeighborsRegressor

from ..boosters.nodes import Nodes, register_classifier, register_clustering, register_regressor
from ..errors import SaveError
from .numbers import columns, f64, row_sums, squared_distances


def register() -> None:
    """Makes skl2onnx use these converters."""
    for clustering in (AffinityPropagation, Birch, MeanShift):
        register_clustering(clustering, _clusters)
    register_classifier(NearestCentroid, np.float64, _centroid)
    register_classifier(RadiusNeighborsClassifier, np.float64, _radius_classifier)
    register_regressor(RadiusNeighborsRegressor, np.float64, _radius_regressor)
    register_clustering(BisectingKMeans, _bisected, distances=True)


def _nearest(nodes: Nodes, rows: str, points: Any) -> str:
    return nodes.add("ArgMin", [squared_distances(nodes, rows, points)], axis=1, keepdims=0)


def _clusters(model: Any, nodes: Nodes) -> None:
    points = model.subcluster_centers_ if isinstance(model, Birch) else model.cluster_centers_
    nearest = _nearest(nodes, nodes.matrix(np.float64), points)
    if isinstance(model, Birch):
        nearest = nodes.add("Gather", [nodes.constant(model.subcluster_labels_, np.int64), nearest])
    nodes.add("Identity", [nearest], nodes.outputs[0])


def _bisected(model: Any, nodes: Nodes) -> None:
    """Down the tree of clusters, of which every one was cut in two."""
    rows = nodes.matrix(np.float64)
    mean = getattr(model, "_X_mean", 0.0)

    def label(node: Any) -> str:
        if node.left is None:
            return nodes.constant([node.label], np.int64)
        nearest = _nearest(nodes, rows, np.vstack([node.left.center, node.right.center]) + mean)
        is_left = nodes.add("Equal", [nearest, nodes.constant([0], np.int64)])
        return nodes.add("Where", [is_left, label(node.left), label(node.right)])

    nodes.add("Identity", [label(model._bisecting_tree)], nodes.outputs[0])
    nodes.add("Sqrt", [squared_distances(nodes, rows, model.cluster_centers_)], nodes.outputs[1])


def _centroid(model: Any, nodes: Nodes) -> None:
    """The nearest centroid; the scores are those of a discriminant analysis of equal spreads."""
    if model.metric != "euclidean":
        raise SaveError("NearestCentroid is covered with metric='euclidean'.")
    rows = nodes.matrix(np.float64)
    spread = np.where(model.within_class_std_dev_ != 0, model.within_class_std_dev_, 1.0)
    apart = squared_distances(nodes, nodes.add("Div", [rows, f64(nodes, [spread])]), model.centroids_ / spread)
    discriminant = nodes.add("Sub", [f64(nodes, [2.0 * np.log(model.class_prior_)]), apart])
    scores = nodes.add("Softmax", [discriminant], nodes.outputs[1], axis=1)
    if np.isclose(model.class_prior_, 1 / len(model.classes_)).all():
        nodes.label_at(_nearest(nodes, rows, model.centroids_), model.classes_)
    else:
        nodes.label(scores, model.classes_)


def _mean_of_neighbours(model: Any, values: Any, nodes: Nodes) -> str:
    """The mean of the values of all points within the radius; NaN where there are none."""
    if model.effective_metric_ != "euclidean" or model.weights not in ("uniform", None):
        raise SaveError(f"{type(model).__name__} is covered with the Euclidean metric and weights='uniform'.")
    apart = squared_distances(nodes, nodes.matrix(np.float64), model._fit_X)
    near = nodes.cast(nodes.add("LessOrEqual", [apart, f64(nodes, [[float(model.radius) ** 2]])]), np.float64)
    return nodes.add("Div", [nodes.add("MatMul", [near, f64(nodes, values)]), row_sums(nodes, near)])


def _radius_regressor(model: Any, nodes: Nodes) -> None:
    values = np.asarray(model._y, dtype=np.float64).reshape(len(model._fit_X), -1)
    nodes.add("Identity", [_mean_of_neighbours(model, values, nodes)], nodes.outputs[0])


def _radius_classifier(model: Any, nodes: Nodes) -> None:
    if model.outlier_label is not None:
        raise SaveError("RadiusNeighborsClassifier is covered without an outlier_label.")
    outputs = model.classes_ if isinstance(model.classes_, list) else [model.classes_]
    positions = np.asarray(model._y).reshape(len(model._fit_X), -1)
    votes = [column[:, np.newaxis] == np.arange(len(classes)) for column, classes in zip(positions.T, outputs, strict=True)]
    scores = nodes.add("Identity", [_mean_of_neighbours(model, np.column_stack(votes), nodes)], nodes.outputs[1])
    if not isinstance(model.classes_, list):
        nodes.label(scores, model.classes_)
        return
    starts = np.cumsum([0, *map(len, outputs)])
    found = []
    for classes, start in zip(outputs, starts[:-1], strict=True):
        best = nodes.add("ArgMax", [columns(nodes, scores, list(range(start, start + len(classes))))], axis=1, keepdims=1)
        found.append(nodes.add("Gather", [nodes.constant([int(one) for one in classes], np.int64), best]))
    nodes.add("Concat", found, nodes.outputs[0], axis=1)
