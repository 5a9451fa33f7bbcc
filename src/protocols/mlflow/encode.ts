import type { SetosaError } from "../../errors.ts";
import type { Signature } from "../../graph/signature.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type Answer, type Head, jsonHead, textHead } from "../exchange.ts";
import { nestedText } from "../nested-text.ts";
import { type PredictMethod, predictMethods } from "../predict-method.ts";
import type { RowsForm } from "../row-answers.ts";
import { pythonValues, rowText } from "../row-text.ts";
import type { MlflowError, MlflowErrorCode } from "./messages.ts";

/** `{"predictions": [ … ]}` by method: labels, values, or lists of scores, as `numpy.ndarray.tolist` gives them. */
export function predictionForms(signature: Signature): (method: PredictMethod) => RowsForm {
  const forms = new Map<PredictMethod, RowsForm>();
  if (signature.task.kind !== "tensors")
    for (const method of predictMethods)
      forms.set(method, {
        head: jsonHead,
        opening: '{"predictions": [',
        row: rowText(signature, method, pythonValues),
        between: ", ",
        closing: "]}",
      });
  return (method) => forms.get(method) as RowsForm;
}

/** `{"predictions": {"name": nested lists}}`, as MLflow's ONNX flavor answers. */
export function tensorPredictions(outputs: ReadonlyMap<string, Tensor>): Answer {
  const fields = [...outputs].map(([name, tensor]) => `${JSON.stringify(name)}: ${nestedText(tensor)}`);
  return { head: jsonHead, body: `{"predictions": {${fields.join(", ")}}}` };
}

/** As `MlflowException.serialize_as_json` writes it, with Setosa's own code beside it. */
export function writeError(error: SetosaError, answer: Answer): Answer {
  const { message, code, path, hint } = error;
  const { head } = answer;
  // Decided before an MlflowException could be made, and answered as plain text by the scoring server.
  if (code === "CONTENT_TYPE_UNSUPPORTED")
    return { ...answer, head: plainHead(head), body: `${message}${hint === undefined ? "" : ` ${hint}`}\n` };
  const body: MlflowError = {
    error_code: errorCode(error, head.status),
    message: hint === undefined ? message : `${message} ${hint}`,
    code,
    path,
    hint,
  };
  return { ...answer, body: `${JSON.stringify(body)}\n` };
}

/** Heads are shared, and so are those that are made of them. */
const plainHeads = new WeakMap<Head, Head>();

function plainHead(head: Head): Head {
  const known = plainHeads.get(head);
  if (known !== undefined) return known;
  const made: Head = { ...head, headers: { ...head.headers, ...textHead.headers } };
  plainHeads.set(head, made);
  return made;
}

/** `HTTP_STATUS_TO_ERROR_CODE` of `mlflow/exceptions.py`, and for statuses that are not in it the nearest. */
function errorCode({ code }: SetosaError, status: number): MlflowErrorCode {
  if (code === "MODEL_NOT_FOUND" || code === "MODEL_VERSION_NOT_FOUND") return "RESOURCE_DOES_NOT_EXIST";
  switch (status) {
    case 401:
      return "UNAUTHENTICATED";
    case 403:
      return "PERMISSION_DENIED";
    case 404:
      return "ENDPOINT_NOT_FOUND";
    case 408:
    case 504:
      return "DEADLINE_EXCEEDED";
    case 429:
      return "REQUEST_LIMIT_EXCEEDED";
    case 499:
      return "CANCELLED";
    case 503:
      return "TEMPORARILY_UNAVAILABLE";
    default:
      return status < 500 ? "BAD_REQUEST" : "INTERNAL_ERROR";
  }
}
