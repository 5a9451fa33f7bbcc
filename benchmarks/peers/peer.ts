/** Sepal length, sepal width, petal length, petal width, in cm. */
export type IrisRow = readonly [number, number, number, number];

/** A product that serves the iris forest, by its own means and in its own protocol. */
export interface Peer {
  readonly id: string;
  readonly title: string;
  readonly version: string;
  /** The page that its set-up follows. */
  readonly documentation: string;
  /** Working directory of all its commands; its environment is `.venv` in there. */
  readonly cwd: string;
  /** Makes the environment. */
  readonly install: readonly Command[];
  /** Trains, saves and packages the model. */
  readonly prepare: readonly Command[];
  /** For every one of its commands: where it keeps its files, and that it is not to send usage data. */
  readonly env: Readonly<Record<string, string>>;
  /** Serves on 127.0.0.1. Takes port and more by `portEnv` where it has no option for them. */
  command(port: number): Command;
  portEnv?(port: number): Readonly<Record<string, string>>;
  readonly request: PeerRequest;
  /**
   * The class that an answer names.
   * @param answer Its body as JSON
   * @throws Error for an answer of another form
   */
  prediction(answer: unknown): string;
  /** How its answers would come with probabilities; what is asked for here is the class alone. */
  readonly probabilities: string;
}

export type Command = readonly string[];

export interface PeerRequest {
  readonly method: "POST";
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  body(row: IrisRow): string;
}
