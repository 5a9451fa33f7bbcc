import { describe, expect, it } from "vitest";
import { ApiError } from "../../../api/api-error.ts";
import { type ScoreProgress, scoreCsv } from "./score.ts";

const features = ["a", "b"];

/** Answers each row with the sum of a and b, as a server that refuses what is no number. */
function summing(asked: string[] = []) {
  return async (csv: string): Promise<string> => {
    asked.push(csv);
    const [header = "", ...lines] = csv.trimEnd().split("\n");
    const names = header.split(",");
    if (!names.includes("a") || !names.includes("b"))
      throw new ApiError("The CSV has no column.", { status: 400, code: "FEATURE_MISSING" });
    const sums = lines.map((line, index) => {
      const values = line.split(",").map(Number);
      if (values.some(Number.isNaN))
        throw new ApiError(`Line ${index + 2} is wrong.`, {
          status: 400,
          code: "FEATURE_TYPE_INVALID",
          path: `line ${index + 2}, column 2 ("b")`,
        });
      return values.reduce((sum, value) => sum + value, 0);
    });
    return `prediction\n${sums.join("\n")}\n`;
  };
}

const score = (text: string, predict = summing(), progress: (progress: ScoreProgress) => void = () => {}) =>
  scoreCsv({ file: new Blob([text]), features, predict, progress, signal: new AbortController().signal });

describe("scoreCsv", () => {
  it("puts the answer's columns behind the file's own, and sends the features only", async () => {
    const asked: string[] = [];
    const { csv, rows, head, kept } = await score('id,b,a\n"x, y",2,1\nz,4,3\n', summing(asked));
    expect(await csv.text()).toBe('id,b,a,prediction\n"x, y",2,1,3\nz,4,3,7\n');
    expect([rows, kept, head]).toEqual([
      2,
      ["id"],
      [
        ["id", "b", "a", "prediction"],
        ["x, y", "2", "1", "3"],
        ["z", "4", "3", "7"],
      ],
    ]);
    expect(asked).toEqual(["b,a\n2,1\n4,3\n"]);
  });

  it("sends large files in pieces, tells how far it is, and loses no row", async () => {
    const lines = Array.from({ length: 20_000 }, (_, row) => `${row},1`);
    const told: number[] = [];
    const shares: number[] = [];
    const text = `a,b\n${lines.join("\n")}`;
    const { csv, rows, head } = await score(text, summing(), ({ rows: predicted, bytes }) => {
      told.push(predicted);
      shares.push(bytes / text.length);
    });
    expect([rows, told, head.length]).toEqual([20_000, [8192, 16_384, 20_000], 6]);
    for (const [index, share] of shares.entries()) expect(Math.abs(share - (told[index] ?? 0) / 20_000)).toBeLessThan(0.1);
    expect((await csv.text()).trimEnd().split("\n").slice(1)).toEqual(lines.map((line, row) => `${line},${row + 1}`));
  });

  it("names line and column of the file, not of the piece that was sent", async () => {
    const lines = Array.from({ length: 10_000 }, (_, row) => `"n\n${row}",1,${row === 9000 ? "wrong" : 2}`);
    // The header, and two lines for each row before; what is wrong stands on the second.
    const error = await score(`id,a,b\n${lines.join("\n")}`).catch((thrown: unknown) => thrown);
    const line = 1 + 9000 * 2 + 1;
    expect(error).toMatchObject({ code: "FEATURE_TYPE_INVALID", path: `line ${line}, column 3 ("b")`, message: `Line ${line} is wrong.` });
  });

  it("refuses a line of another width, an empty file, and one without rows", async () => {
    await expect(score("a,b\n1,2\n3\n")).rejects.toMatchObject({ code: "CSV_INVALID", path: "line 3" });
    await expect(score("")).rejects.toMatchObject({ code: "ROWS_EMPTY", message: "The file is empty." });
    await expect(score("a,b\n")).rejects.toMatchObject({ code: "ROWS_EMPTY" });
    await expect(score("c,d\n1,2\n")).rejects.toMatchObject({ code: "FEATURE_MISSING" });
  });

  it("ends when it is not wanted any more", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const predict = async (): Promise<string> => {
      controller.abort(reason);
      return "prediction\n1\n";
    };
    const file = new Blob(["a,b\n", "1,2\n".repeat(20_000)]);
    await expect(scoreCsv({ file, features, predict, progress: () => {}, signal: controller.signal })).rejects.toThrow();
  });
});
