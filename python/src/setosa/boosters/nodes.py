"""The nodes that one estimator becomes, and what all boosters do before and after their trees."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from onnx import NodeProto, TensorProto, helper
from skl2onnx import update_registered_converter
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, Int64TensorType, StringTensorType

from ..errors import SaveError
from .forest import Forest

#: What the codes 0, 1, … of each feature stand for; None for a feature that is a number.
Categories = Sequence[Sequence[Any] | None]


class Nodes:
    """Adds nodes for an estimator; every method returns the name of the value that it makes."""

    def __init__(self, scope: Any, operator: Any, container: Any) -> None:
        self._scope = scope
        self._container = container
        self.inputs: list[Any] = list(operator.inputs)
        self.outputs: list[str] = [output.full_name for output in operator.outputs]

    def name(self, base: str) -> str:
        """A name that no value has."""
        made: str = self._scope.get_unique_variable_name(base)
        return made

    def add(self, op_type: str, inputs: Sequence[str], output: str | None = None, *, is_ml: bool = False, **attributes: Any) -> str:
        """A node with one output, of an operator of ONNX or of ai.onnx.ml."""
        name = output or self._scope.get_unique_variable_name(op_type.lower())
        self.add_several(op_type, inputs, [name], is_ml=is_ml, **attributes)
        return name

    def add_several(self, op_type: str, inputs: Sequence[str], outputs: Sequence[str], *, is_ml: bool = False, **attributes: Any) -> None:
        """A node with several outputs."""
        self._container.add_node(
            op_type,
            list(inputs),
            list(outputs),
            op_domain="ai.onnx.ml" if is_ml else "",
            op_version=self._container.target_opset_any_domain("ai.onnx.ml" if is_ml else ""),
            name=self._scope.get_unique_operator_name(op_type),
            **attributes,
        )

    def constant(self, values: Any, dtype: Any) -> str:
        """A constant."""
        name: str = self._scope.get_unique_variable_name("constant")
        array = np.asarray(values, dtype)
        if array.dtype == object:
            self._container.add_initializer(name, TensorProto.STRING, list(array.shape), [str(value) for value in array.ravel()])
        else:
            self._container.add_initializer(name, helper.np_dtype_to_tensor_dtype(array.dtype), list(array.shape), array.ravel().tolist())
        return name

    def cast(self, value: str, dtype: Any) -> str:
        """The value in another type."""
        return self.add("Cast", [value], to=int(helper.np_dtype_to_tensor_dtype(np.dtype(dtype))))

    def where(self, condition: str, value: float, otherwise: str, dtype: Any) -> str:
        """A number where the condition holds."""
        return self.add("Where", [condition, self.constant([[value]], dtype), otherwise])

    def dtype(self) -> Any:
        """float32 or float64: what the features come in."""
        return np.float32 if any(isinstance(value.type, FloatTensorType) for value in self.inputs) else np.float64

    def matrix(self, dtype: Any) -> str:
        """All columns in one matrix of numbers."""
        if any(isinstance(value.type, StringTensorType) for value in self.inputs):
            raise SaveError("A feature is a string, and the model takes numbers.")
        columns = [self._number(value, dtype) for value in self.inputs]
        return columns[0] if len(columns) == 1 else self.add("Concat", columns, axis=1)

    def copy(self, graph: Any, given: Mapping[str, str]) -> Callable[[str], str]:
        """All nodes of another graph whose inputs are these values; says what its values are called here."""
        names = dict(given)

        def name_of(name: str) -> str:
            if name and name not in names:
                names[name] = self._scope.get_unique_variable_name(name)
            return names.get(name, "")

        for tensor in graph.initializer:
            copied = TensorProto()
            copied.CopyFrom(tensor)
            copied.name = name_of(tensor.name)
            self._container.initializers.append(copied)
        for node in graph.node:
            copied = NodeProto()
            copied.CopyFrom(node)
            copied.name = self._scope.get_unique_operator_name(node.op_type)
            copied.input[:] = map(name_of, node.input)
            copied.output[:] = map(name_of, node.output)
            self._container.nodes.append(copied)
            self._container.node_domain_version_pair_sets.add((node.domain, self._container.target_opset_any_domain(node.domain)))
        return name_of

    def trees(self, forest: Forest, rows: str, output: str | None = None) -> str:
        """The sums `[rows, targets]`."""
        made = self.add("TreeEnsemble", [rows], output, is_ml=True, **forest.attributes())
        covers = forest.covers()
        if covers is not None:
            self._container.nodes[-1].metadata_props.add(key="setosa.leaf_covers", value=covers)
        return made

    def rows(self, categories: Categories, dtype: Any) -> str:
        """The features in one matrix of numbers, in which a category is its code and any other one is missing."""
        if np.dtype(dtype) == np.float64 and any(isinstance(value.type, FloatTensorType) for value in self.inputs):
            raise SaveError("The model compares float64 features, and this export has float32 ones.")
        if not any(values is not None for values in categories):
            if any(isinstance(value.type, StringTensorType) for value in self.inputs):
                raise SaveError("A feature is a string, and the model knows no categories for it.")
            columns = [self._number(value, dtype) for value in self.inputs]
        else:
            columns = self._coded(categories, dtype)
        return columns[0] if len(columns) == 1 else self.add("Concat", columns, axis=1)

    def _number(self, value: Any, dtype: Any) -> str:
        own = {FloatTensorType: np.float32, DoubleTensorType: np.float64}.get(type(value.type))
        name: str = value.full_name
        return name if own is not None and np.dtype(own) == np.dtype(dtype) else self.cast(name, dtype)

    def single_columns(self) -> list[tuple[str, bool]]:
        """Every column by itself, and whether it holds strings."""
        columns: list[tuple[str, bool]] = []
        for value in self.inputs:
            width = value.type.shape[1]
            if not isinstance(width, int):
                raise SaveError("The number of columns that reach the model is not known.")
            for column in range(width):
                one = value.full_name
                if width > 1:
                    one = self.add("ArrayFeatureExtractor", [one, self.constant([column], np.int64)], is_ml=True)
                columns.append((one, isinstance(value.type, StringTensorType)))
        return columns

    def _coded(self, categories: Categories, dtype: Any) -> list[str]:
        columns: list[str] = []
        for one, is_string in self.single_columns():
            known = categories[len(columns)] if len(columns) < len(categories) else None
            if known is not None:
                codes = self.mapped(one, is_string, known, list(range(len(known))), float("nan"))
                columns.append(codes if np.dtype(dtype) == np.float64 else self.cast(codes, dtype))
            elif is_string:
                raise SaveError("A feature is a string, and the model knows no categories for it.")
            else:
                columns.append(self.cast(one, dtype))
        return columns

    def mapped(self, value: str, is_string: bool, keys: Sequence[Any], values: Sequence[float], default: float) -> str:
        """Numbers in float64 for strings or numbers, and one for all others."""
        if not is_string:
            value = self.cast(value, np.float64)
        kind = TensorProto.STRING if is_string else TensorProto.DOUBLE
        plain = [str(one).encode() for one in keys] if is_string else [float(one) for one in keys]
        return self.add(
            "LabelEncoder",
            [value],
            is_ml=True,
            keys_tensor=helper.make_tensor("keys", kind, [len(keys)], plain),
            values_tensor=helper.make_tensor("values", TensorProto.DOUBLE, [len(keys)], list(map(float, values))),
            default_tensor=helper.make_tensor("default", TensorProto.DOUBLE, [1], [default]),
        )

    def two(self, second: str, dtype: Any) -> str:
        """The scores of two classes from that of the second."""
        return self.add("Concat", [self.add("Sub", [self.constant([[1]], dtype), second]), second], self.outputs[1], axis=1)

    def label(self, scores: str, classes: Sequence[Any]) -> None:
        """The label with the highest score."""
        self.label_at(self.add("ArgMax", [scores], axis=1, keepdims=0), classes)

    def label_at(self, positions: str, classes: Sequence[Any]) -> None:
        """The label at a position in the classes."""
        plain = [one.item() if isinstance(one, np.generic) else one for one in classes]
        if all(isinstance(one, str) for one in plain):
            self.add("Gather", [self.constant(plain, object), positions], self.outputs[0])
        elif [int(one) for one in plain] == list(range(len(plain))):
            self.add("Identity", [positions], self.outputs[0])
        else:
            self.add("Gather", [self.constant([int(one) for one in plain], np.int64), positions], self.outputs[0])


def register_classifier(
    model: type, dtype: Any, convert: Callable[[Any, Nodes], None], labels_of: Callable[[Any], int] = lambda _: 1
) -> None:
    """Makes skl2onnx use a converter for a classifier that gives scores of this type, to each of so many labels."""
    number = FloatTensorType if np.dtype(dtype) == np.float32 else DoubleTensorType

    def parse(scope: Any, estimator: Any, inputs: Any, custom_parsers: Any = None) -> Any:
        strings = all(isinstance(label, str) for label in np.asarray(estimator.classes_).tolist())
        operator = scope.declare_local_operator(f"Setosa{model.__name__}", estimator)
        operator.inputs = inputs
        operator.outputs.append(scope.declare_local_variable("label", StringTensorType() if strings else Int64TensorType()))
        operator.outputs.append(scope.declare_local_variable("probabilities", number()))
        return operator.outputs

    def shape(operator: Any) -> None:
        label, scores = operator.outputs
        several = labels_of(operator.raw_operator)
        label.type.shape = [None] if several == 1 else [None, several]
        scores.type = number([None, len(operator.raw_operator.classes_) if several == 1 else several])

    _register(model, shape, convert, parser=parse, options={"zipmap": [True, False], "nocl": [True, False], "raw_scores": [True, False]})


def register_regressor(model: type, dtype: Any, convert: Callable[[Any, Nodes], None]) -> None:
    """Makes skl2onnx use a converter for a regressor that gives values of this type."""
    number = FloatTensorType if np.dtype(dtype) == np.float32 else DoubleTensorType

    def parse(scope: Any, estimator: Any, inputs: Any, custom_parsers: Any = None) -> Any:
        operator = scope.declare_local_operator(f"Setosa{model.__name__}", estimator)
        operator.inputs = inputs
        operator.outputs.append(scope.declare_local_variable("value", number()))
        return operator.outputs

    def shape(operator: Any) -> None:
        # How many values there are is declared of the whole graph.
        operator.outputs[0].type = number([None, 1])

    _register(model, shape, convert, parser=parse)


def register_transformer(model: type, convert: Callable[[Any, Nodes], None]) -> None:
    """Makes skl2onnx use a converter for a transformer that gives float64 columns."""

    def parse(scope: Any, estimator: Any, inputs: Any, custom_parsers: Any = None) -> Any:
        operator = scope.declare_local_operator(f"Setosa{model.__name__}", estimator)
        operator.inputs = inputs
        operator.outputs.append(scope.declare_local_variable("columns", DoubleTensorType()))
        return operator.outputs

    def shape(operator: Any) -> None:
        operator.outputs[0].type = DoubleTensorType([None, len(operator.raw_operator.get_feature_names_out())])

    _register(model, shape, convert, parser=parse)


def register_clustering(model: type, convert: Callable[[Any, Nodes], None], *, distances: bool = False) -> None:
    """Makes skl2onnx use a converter for a clustering that gives a label, and distances to the centres or not."""

    def parse(scope: Any, estimator: Any, inputs: Any, custom_parsers: Any = None) -> Any:
        operator = scope.declare_local_operator(f"Setosa{model.__name__}", estimator)
        operator.inputs = inputs
        operator.outputs.append(scope.declare_local_variable("label", Int64TensorType()))
        if distances:
            operator.outputs.append(scope.declare_local_variable("distances", DoubleTensorType()))
        return operator.outputs

    def shape(operator: Any) -> None:
        operator.outputs[0].type = Int64TensorType([None])
        if distances:
            operator.outputs[1].type = DoubleTensorType([None, len(operator.raw_operator.cluster_centers_)])

    _register(model, shape, convert, parser=parse)


def _register(model: type, shape: Any, convert: Callable[[Any, Nodes], None], **more: Any) -> None:
    def converter(scope: Any, operator: Any, container: Any) -> None:
        convert(operator.raw_operator, Nodes(scope, operator, container))

    update_registered_converter(model, f"Setosa{model.__name__}", shape, converter, overwrite=True, **more)
