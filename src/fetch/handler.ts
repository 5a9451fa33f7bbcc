import type { ProtocolName } from "../protocols/registry.ts";
import type { HandlerLimits } from "./limits.ts";
import type { ModelsOption } from "./sources.ts";

export interface HandlerOptions {
  /** A file or a folder, a loaded model, or models by name: see `ModelsOption`. */
  readonly models: ModelsOption;
  /** The model that answers `/predict`; the first one otherwise. */
  readonly default?: string;
  /** By which clients may ask; all where it is not said. */
  readonly protocols?: readonly ProtocolName[];
  /** What the handler's own paths stand behind, such as `/ml`: `/ml/models/iris/predict`. */
  readonly basePath?: string;
  readonly limits?: Partial<HandlerLimits>;
  /** `false` skips the check against the training framework's answers. */
  readonly parity?: boolean;
  /** Hears of failures that no client may see; on the console otherwise. */
  readonly onError?: (error: unknown, requestId?: string) => void;
}

/** Answers predictions to web-standard requests. */
export interface Handler {
  /** Always answers: with 404 at a path that is none of its own. Never rejects. */
  (request: Request): Promise<Response>;
  /** The same for who has more to answer: undefined, at once, where the path is none of the handler's own. */
  answer(request: Request): Promise<Response> | undefined;
  /**
   * Loads the models again, or others, and answers with these from then on. What is under way ends with the old ones.
   * @throws SetosaError whatever loading them fails with; what was loaded before goes on answering
   */
  reload(models?: ModelsOption): Promise<void>;
  /** Answers 503 from now on, and returns the models' threads and memory when what is under way has ended. Models that were given loaded stay. */
  close(): Promise<void>;
}
