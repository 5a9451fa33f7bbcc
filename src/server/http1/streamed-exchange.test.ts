import { describe, expect, it } from "vitest";
import { SetosaError } from "../../errors.ts";
import { StreamedExchange, type StreamHost } from "./streamed-exchange.ts";

/** The side of the connection, which remembers what it was told, and whose client takes nothing until it is said to. */
class Line implements StreamHost {
  backlog = 0;
  readonly told: string[] = [];
  begin(): void {
    this.told.push("begin");
  }
  write(piece: string | Uint8Array): number {
    this.backlog += piece.length;
    return piece.length;
  }
  holdUp(): void {
    this.told.push("hold up");
  }
  goOn(): void {
    this.told.push("go on");
  }
  clientsMove(): void {
    this.told.push("client");
  }
  handlersMove(): void {
    this.told.push("handler");
  }
}

function exchange() {
  const line = new Line();
  return { line, stream: new StreamedExchange(line) };
}

const head = { status: 200, headers: {} };
const gone = new SetosaError("REQUEST_CANCELLED", "gone");

describe("StreamedExchange", () => {
  it("hands on what has come, then what comes, then that there is no more", async () => {
    const { stream } = exchange();
    stream.add(Buffer.from("a"));
    expect(String(stream.read())).toBe("a");
    const next = stream.read();
    stream.add(Buffer.from("bc"));
    expect(String(await next)).toBe("bc");
    const last = stream.read();
    stream.end();
    expect(await last).toBeUndefined();
    expect([stream.read(), stream.length, stream.ended]).toEqual([undefined, 3, true]);
  });

  it("holds a client up that is ahead of its reader, and lets it go on", () => {
    const { line, stream } = exchange();
    stream.add(Buffer.alloc(200_000));
    expect(stream.isFull).toBe(false);
    stream.add(Buffer.alloc(100_000));
    expect([stream.isFull, line.told]).toEqual([true, ["hold up"]]);
    stream.read();
    expect([stream.isFull, line.told.at(-1)]).toEqual([false, "go on"]);
  });

  it("holds a writer up whose client is behind, until it has taken enough", async () => {
    const { line, stream } = exchange();
    stream.begin(head);
    expect(stream.write("x".repeat(131_072))).toBeUndefined();
    const wait = stream.write("y");
    expect(wait).toBeInstanceOf(Promise);
    expect(stream.write("z")).toBe(wait);
    stream.drained();
    expect(line.told.at(-1)).toBe("client");
    line.backlog = 1000;
    stream.drained();
    await wait;
    expect([line.told.at(-1), stream.written]).toEqual(["handler", 131_074]);
  });

  it("counts as progress of a slow client only what it takes while somebody waits for it", () => {
    const { line, stream } = exchange();
    stream.write("x".repeat(200_000));
    expect(stream.hasTaken()).toBe(false);
    line.backlog -= 10;
    expect([stream.hasTaken(), stream.hasTaken()]).toEqual([true, false]);
  });

  it("gives a client that brings a body its time anew with some kilobytes, not with each byte", () => {
    const { line, stream } = exchange();
    void stream.read();
    line.told.length = 0;
    // Whoever waits gets each piece; it asks for the next one.
    for (let byte = 0; byte < 4095; byte++) {
      stream.add(Buffer.from("x"));
      void stream.read();
    }
    const moves = line.told.filter((move) => move === "client").length;
    stream.add(Buffer.from("x"));
    expect(line.told.filter((move) => move === "client").length).toBe(moves + 1);
  });

  it("fails who reads and who writes when the client goes", async () => {
    const { line, stream } = exchange();
    const reading = stream.read();
    const writing = stream.write("x".repeat(200_000));
    line.backlog = 0;
    stream.break(gone);
    await expect(reading).rejects.toBe(gone);
    await expect(writing).rejects.toBe(gone);
    expect(() => stream.read()).toThrow(gone);
    expect(() => stream.write("x")).toThrow(gone);
    expect(() => stream.begin(head)).toThrow(gone);
    stream.break(new SetosaError("INTERNAL", "later"));
    expect(stream.broken).toBe(gone);
  });

  it("throws away what comes behind an answer, and lets it come", () => {
    const { line, stream } = exchange();
    stream.add(Buffer.alloc(300_000));
    stream.finish();
    stream.add(Buffer.alloc(300_000));
    expect([stream.length, stream.isFull, line.told]).toEqual([600_000, false, ["hold up", "go on"]]);
    stream.break(gone);
    expect(stream.broken).toBeUndefined();
  });

  it("begins an answer once, and sends no empty piece", () => {
    const { stream } = exchange();
    stream.begin(head);
    expect(stream.begun).toBe(true);
    expect(() => stream.begin(head)).toThrow(expect.objectContaining({ code: "INTERNAL" }));
    stream.write("");
    expect(stream.written).toBe(0);
  });
});
