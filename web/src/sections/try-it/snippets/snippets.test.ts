import { describe, expect, it } from "vitest";
import { type Call, languages, snippet } from "./snippets.ts";

const call: Call = {
  origin: "http://localhost:8080",
  model: "loans",
  version: undefined,
  row: { income: 52000, 'it\'s "odd" `here`\n': null, paid: true, purpose: "çà" },
  keyed: false,
};

describe("snippets", () => {
  it("have the row in the language's own quotes", () => {
    expect(snippet("curl", call)).toBe(`curl 'http://localhost:8080/models/loans/predict' \\
  -H 'Content-Type: application/json' \\
  -d '{"income":52000,"it'\\''s \\"odd\\" \`here\`\\n":null,"paid":true,"purpose":"çà"}'
`);
    expect(snippet("TypeScript", call)).toContain(`client.predict("loans", {
  "income": 52000,
  "it's \\"odd\\" \`here\`\\n": null,`);
    expect(snippet("Python", call)).toContain(`row = {
    "income": 52000,
    "it's \\"odd\\" \`here\`\\n": None,
    "paid": True,
    "purpose": "çà",
}
`);
    expect(snippet("Go", call)).toContain(`row := "{\\"income\\":52000,`);
    expect(snippet("Go", { ...call, row: { income: 1 } })).toContain('row := `{"income":1}`');
  });

  it("ask the version that the page asks", () => {
    for (const language of languages)
      expect(snippet(language, { ...call, version: "2" })).toContain(
        language === "TypeScript" ? `{ version: "2" }` : "/models/loans/versions/2/predict",
      );
  });

  it("read the key from the environment, and never hold it", () => {
    for (const language of languages) {
      expect(snippet(language, { ...call, keyed: true })).toMatch(/API_KEY/);
      expect(snippet(language, call)).not.toMatch(/API_KEY|import os|"os"/);
    }
  });
});
