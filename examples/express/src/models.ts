// Written by setosa types. Changes are lost when it is written again.

/** A row of the model iris, version 1, LogisticRegression of scikit-learn 1.9.1. */
export interface IrisRow {
  /** 4.3 to 7.9 in training. */
  "sepal length (cm)": number;
  /** 2 to 4.4 in training. */
  "sepal width (cm)": number;
  /** 1 to 6.9 in training. */
  "petal length (cm)": number;
  /** 0.1 to 2.5 in training. */
  "petal width (cm)": number;
}

/** The same as a list, in this order. */
export type IrisValues = readonly [number, number, number, number];

/** What the model answers to a row. */
export interface IrisPrediction {
  prediction: "Iris-Setosa" | "Iris-Versicolor" | "Iris-Virginica";
  probabilities: { "Iris-Setosa": number; "Iris-Versicolor": number; "Iris-Virginica": number };
}

/** The models by name: createClient<Models>(address) of setosa/client knows them by it. */
export interface Models {
  "iris": { row: IrisRow | IrisValues; prediction: IrisPrediction };
}
