import { SetosaError } from "../../../errors.ts";
import type { HttpRequest } from "../../exchange.ts";
import { checkJsonRequest, checkPlainBody } from "../../json-request.ts";

export type TableFormat = "json" | "csv" | "arrow";

/** How a request's body is written, and how its answer is to be. */
export interface TableFormats {
  readonly input: TableFormat;
  readonly output: TableFormat;
  /** Of CSV: whether its first line names the columns. */
  readonly header: boolean;
}

export const mediaTypes = {
  json: "application/json",
  csv: "text/csv",
  arrow: "application/vnd.apache.arrow.stream",
} as const satisfies Record<TableFormat, string>;

/**
 * The formats of a request in which a table is read or written; undefined where both are JSON, as in nearly all.
 * @throws SetosaError CONTENT_TYPE_UNSUPPORTED
 */
export function tableFormats(request: HttpRequest): TableFormats | undefined {
  const { headers } = request;
  const type = headers.get("content-type");
  const accept = headers.get("accept");
  if (
    (type === "application/json" || type === undefined || type === null) &&
    (accept === undefined || accept === null || accept === "*/*" || accept === "application/json")
  ) {
    checkJsonRequest(request);
    return undefined;
  }
  const [input, header] = inputFormat(type ?? "");
  if (input === "json") checkJsonRequest(request);
  else checkPlainBody(request);
  const output = outputFormat(accept ?? "");
  return input === "json" && output === "json" ? undefined : { input, output, header };
}

function inputFormat(type: string): readonly [TableFormat, header: boolean] {
  const [essence = "", ...parameters] = type.toLowerCase().split(";");
  const media = essence.trim();
  if (media === mediaTypes.arrow) return ["arrow", true];
  if (media !== mediaTypes.csv) return ["json", true];
  let header = true;
  for (const parameter of parameters) {
    const [name = "", value = ""] = parameter.split("=").map((part) => part.trim().replaceAll('"', ""));
    if (name === "charset" && !["utf-8", "utf8", "us-ascii"].includes(value))
      throw new SetosaError("CONTENT_TYPE_UNSUPPORTED", `The body's character set is ${value.slice(0, 80)}, and CSV is read as UTF-8.`, {
        path: "Content-Type",
        hint: "Send the body as UTF-8, with the header Content-Type: text/csv.",
      });
    // RFC 4180, 3.
    if (name === "header") header = value !== "absent";
  }
  return ["csv", header];
}

/** The format with the highest weight (RFC 9110, 12.5.1), the first of equals; JSON where nothing else is named. */
function outputFormat(accept: string): TableFormat {
  let best: TableFormat = "json";
  let bestWeight = 0;
  for (const range of accept.toLowerCase().split(",")) {
    const [media = "", ...parameters] = range.split(";").map((part) => part.trim());
    const format = (Object.keys(mediaTypes) as TableFormat[]).find((name) => mediaTypes[name] === media);
    if (format === undefined) continue;
    const weight = Number(/^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.exec(parameters.find((part) => part.startsWith("q=")) ?? "q=1")?.[1] ?? 0);
    if (weight <= bestWeight) continue;
    best = format;
    bestWeight = weight;
  }
  return best;
}
