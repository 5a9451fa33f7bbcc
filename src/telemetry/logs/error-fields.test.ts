import { describe, expect, it } from "vitest";
import { type ErrorCode, errorCodes, SetosaError } from "../../errors.ts";
import { failureFields, refusalFields } from "./error-fields.ts";

const secret = "zanzibar";
const refusal = (code: ErrorCode, path?: string) =>
  new SetosaError(code, `It has ${secret}.`, { hint: secret, ...(path === undefined ? {} : { path }) });

describe("refusalFields", () => {
  it("tell the place of a value, and nothing of it", () => {
    expect(refusalFields(refusal("CATEGORY_UNKNOWN", '[3]["colour"]'), false)).toEqual({
      code: "CATEGORY_UNKNOWN",
      error_path: '[3]["colour"]',
    });
    expect(refusalFields(refusal("JSON_INVALID"), false)).toEqual({ code: "JSON_INVALID" });
  });

  it("tell no place that a client has named itself", () => {
    for (const code of ["FEATURE_UNKNOWN", "FEATURE_REPEATED", "BODY_SHAPE_INVALID"] as const)
      expect(refusalFields(refusal(code, `["${secret}"]`), false)).toEqual({ code });
  });

  it("tell everything where it is asked for", () => {
    expect(refusalFields(refusal("FEATURE_UNKNOWN", secret), true)).toEqual({
      code: "FEATURE_UNKNOWN",
      error_path: secret,
      error_message: `It has ${secret}.`,
    });
  });

  it("quote no message of any code", () => {
    for (const code of Object.keys(errorCodes) as ErrorCode[]) {
      expect(JSON.stringify(refusalFields(refusal(code), false))).not.toContain(secret);
      expect(JSON.stringify(failureFields(refusal(code), false))).not.toContain(secret);
    }
  });
});

describe("failureFields", () => {
  it("have the stack of a defect without its message, which may be of several lines", () => {
    const error = new TypeError(`${secret}\n    at ${secret} (of a value)\nand on`);
    const fields = failureFields(error, false);
    expect(fields).toMatchObject({ code: "INTERNAL", error_type: "TypeError" });
    expect(fields.stack).toContain("error-fields.test.ts");
    expect(JSON.stringify(fields)).not.toContain(secret);
    expect(failureFields(error, true)).toMatchObject({ error_message: error.message, stack: error.stack });
  });

  it("have none of what is no defect, and take anything that is thrown", () => {
    expect(failureFields(refusal("ENGINE_FAILED"), false)).toEqual({ code: "ENGINE_FAILED", error_type: "SetosaError" });
    expect(failureFields(secret, false)).toEqual({ code: "INTERNAL" });
    expect(failureFields(new Error(""), false).stack).toContain("error-fields.test.ts");
  });
});
