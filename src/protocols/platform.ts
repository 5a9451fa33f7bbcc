/** A platform that runs Setosa as its container, and asks it by routes of its own. */
export type Platform = SageMaker | Vertex;

export interface SageMaker {
  readonly name: "sagemaker";
  /** What is answered where a request has no preference. */
  readonly accept: "application/json" | "text/csv";
  /** The folder in which the platform puts models before it asks for them; undefined where the container has one model. */
  readonly multiModelRoot: string | undefined;
}

export interface Vertex {
  readonly name: "vertex";
  readonly healthRoute: string;
  readonly predictRoute: string;
}
