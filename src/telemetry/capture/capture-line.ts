export interface CapturedRequest {
  /** RFC 3339. */
  readonly time: string;
  readonly requestId: string;
  readonly model: string;
  readonly version: string;
  /** Features whose values were taken out. */
  readonly redacted: readonly string[];
  /** As the client gave them. */
  readonly rows: readonly unknown[];
  /** How many the request had, where not all are here. */
  readonly total: number | undefined;
  /** The answer to each row. */
  readonly answers: readonly unknown[];
}

/** A request to a model of tensors. */
export interface CapturedTensors extends Pick<CapturedRequest, "time" | "requestId" | "model" | "version"> {
  /** By name; a tensor with too many elements is only described. */
  readonly inputs: Readonly<Record<string, CapturedTensor>>;
  readonly outputs: Readonly<Record<string, CapturedTensor>>;
}

export interface CapturedTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Row-major; absent where there are too many. */
  readonly data?: readonly unknown[];
}

/** One line of JSON, as `captureLine` writes them. */
export function captureTensorsLine({ time, requestId, model, version, inputs, outputs }: CapturedTensors): string {
  return `${JSON.stringify({ time, request_id: requestId, model, version, inputs, outputs })}\n`;
}

/** One line of JSON. Line feeds within texts are escaped, so that a line is a request. */
export function captureLine({ time, requestId, model, version, redacted, rows, total, answers }: CapturedRequest): string {
  const line = {
    time,
    request_id: requestId,
    model,
    version,
    ...(redacted.length === 0 ? {} : { redacted }),
    ...(total === undefined ? {} : { rows_total: total }),
    rows,
    answers,
  };
  return `${JSON.stringify(line)}\n`;
}
