import { SetosaError } from "../../errors.ts";
import type { Signature } from "../../graph/signature.ts";
import { type ContentType, isUtf8, readContentType, shortHeader } from "../content-type.ts";
import { type FrameInput, frameKey, readFrame } from "../dataframes.ts";
import type { HttpRequest } from "../exchange.ts";
import { checkPlainBody } from "../json-request.ts";
import { checkCount } from "../named-rows.ts";
import { checkPredictMethod, type PredictMethod, readPredictMethod } from "../predict-method.ts";
import type { GivenMedia, LoadRequest, Media, SageMakerRows, Wishes } from "./messages.ts";

/** @throws SetosaError CONTENT_TYPE_UNSUPPORTED */
export function givenMedia(request: HttpRequest): GivenMedia {
  checkPlainBody(request);
  const type = readContentType(request.headers.get("content-type"));
  if (!isUtf8(type)) throw unsupported("Content-Type", "The body's character set is not UTF-8.", "Send the body as UTF-8.");
  if (type.media === "" || type.media === "application/json") return { media: "application/json", header: false };
  if (type.media === "text/csv") return { media: "text/csv", header: headerOf(type) };
  throw unsupported(
    "Content-Type",
    `The body's content type is ${shortHeader(type.media)}, and this route reads application/json and text/csv.`,
    "Send one of these.",
  );
}

function headerOf({ parameters }: ContentType): GivenMedia["header"] {
  const header = parameters.get("header")?.toLowerCase();
  return header === "present" ? true : header === "absent" ? false : "if-named";
}

/** What a SageMaker client may send as its attributes: visible ASCII, up to 1,024 characters (`InvokeEndpoint`). */
const attributesForm = /^[\x20-\x7e]{1,1024}$/;

/** @throws SetosaError CONTENT_TYPE_UNSUPPORTED for an Accept header with nothing that can be answered */
export function wishesOf({ headers }: HttpRequest, usual: Media): Wishes {
  const attributes = headers.get("x-amzn-sagemaker-custom-attributes") ?? undefined;
  return { accept: acceptedMedia(headers.get("accept"), usual), attributes: attributes?.match(attributesForm)?.[0] };
}

function acceptedMedia(header: string | null | undefined, usual: Media): Media {
  if (header === null || header === undefined || header === "" || header === "*/*") return usual;
  for (const part of header.split(",")) {
    const { media } = readContentType(part);
    if (media === "application/json" || media === "text/csv") return media;
    if (media === "*/*") return usual;
    if (media === "application/*") return "application/json";
    if (media === "text/*") return "text/csv";
  }
  throw unsupported("Accept", `Nothing of ${shortHeader(header)} can be answered.`, "Accept application/json or text/csv.");
}

/**
 * The method that the attributes ask for: `predict_method=predict_proba`, one of several `name=value` with commas between them.
 * @throws SetosaError ARGUMENT_INVALID
 */
export function attributesMethod(attributes: string | undefined, signature: Signature): PredictMethod | undefined {
  const given = attributes === undefined ? undefined : /(?:^|,)\s*predict_method=([^,\s]*)/.exec(attributes)?.[1];
  return given === undefined ? undefined : checkPredictMethod(given, signature, "X-Amzn-SageMaker-Custom-Attributes");
}

/**
 * A list of rows, one row as a list or as an object of features, or one of MLflow's forms (which `{"instances": …}` is too).
 * @throws SetosaError BODY_SHAPE_INVALID, ROWS_EMPTY, ROWS_TOO_MANY, and what `readFrame` throws
 */
export function decodeJson(
  body: unknown,
  signature: Signature,
  mostRows: number,
): SageMakerRows | Extract<FrameInput, { kind: "tensors" }> {
  const tensors = signature.task.kind === "tensors";
  if (Array.isArray(body)) {
    if (tensors) return { kind: "tensors", inputs: body, path: "" };
    const [first] = body;
    const rows = body.length > 0 && (typeof first !== "object" || first === null) ? [body] : body;
    checkCount(rows.length, "", mostRows);
    return { rows, path: "", method: undefined, bare: true };
  }
  if (typeof body !== "object" || body === null)
    throw new SetosaError("BODY_SHAPE_INVALID", "The body is neither a list nor an object.", {
      hint: 'Send rows, such as [[1, 2], [3, 4]], or {"instances": [[1, 2], [3, 4]]}.',
    });
  const fields = body as Record<string, unknown>;
  const key = frameKey(fields);
  if (key !== undefined) {
    const input = readFrame(fields, key, signature, mostRows);
    if (input.kind === "tensors") return input;
    const method = fields.params === undefined ? undefined : readPredictMethod(fields.params, signature, "params");
    return { rows: input.rows, path: input.path, reordered: input.reordered, method, bare: false };
  }
  if (tensors) return { kind: "tensors", inputs: fields, path: "" };
  return { rows: [fields], path: "", method: undefined, bare: false };
}

/**
 * The model that SageMaker asks to be loaded. It puts each into a folder of its own, `{root}/{model_name}/model`, and from nowhere else
 * is one loaded.
 * @throws SetosaError BODY_SHAPE_INVALID, ARGUMENT_INVALID
 */
export function decodeLoad(body: unknown, root: string): LoadRequest {
  const fields = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const { model_name: name, url } = fields;
  if (typeof name !== "string" || typeof url !== "string")
    throw new SetosaError("BODY_SHAPE_INVALID", 'The body does not name the model and its folder: "model_name" and "url".', {
      path: typeof name === "string" ? "url" : "model_name",
      hint: `Send {"model_name": "iris", "url": "${root}/iris/model"}.`,
    });
  const folder = `${root}/${name}`;
  const rest = url.startsWith(folder)
    ? url
        .slice(folder.length)
        .split("/")
        .filter((part) => part !== "")
    : undefined;
  const isSafe = isFolderName(name) && (url === folder || url.startsWith(`${folder}/`));
  const [version, ...deeper] = rest ?? [];
  if (!isSafe || rest === undefined || deeper.length > 0 || (version !== undefined && !isFolderName(version)))
    throw new SetosaError("ARGUMENT_INVALID", `"url" is ${JSON.stringify(url.slice(0, 200))}, which is no folder of that model.`, {
      path: "url",
      hint: `Models are loaded from ${root}/{model_name}/model.`,
    });
  return { name, version };
}

/** One part of a path, and no hidden folder. */
function isFolderName(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a zero would end a path.
  return name.length <= 255 && /^[^./\\\x00][^/\\\x00]*$/.test(name);
}

function unsupported(path: string, message: string, hint: string): SetosaError {
  return new SetosaError("CONTENT_TYPE_UNSUPPORTED", message, { path, hint });
}
