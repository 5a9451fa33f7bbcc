import { request as requestPlain } from "node:http";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { root, runtimes } from "../e2e/process.ts";
import { sharedServer } from "../e2e/server.ts";

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** With exactly these headers: fetch adds its own, and unpacks. */
function ask(url: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = requestPlain(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }));
    });
    sent.on("error", reject).end();
  });
}

const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

describe.each(runtimes)("the page's files on %s", (runtime) => {
  const server = sharedServer(runtime, [`${root}models/iris.onnx`]);
  const index = (headers: Record<string, string> = {}, method?: string) => ask(`${server().url}/`, { accept: browser, ...headers }, method);
  const assets = async () => (await index()).body.toString().match(/assets\/[\w.-]+/g) ?? [];

  it("come to browsers, and to nobody else", async () => {
    expect((await index()).headers["content-type"]).toBe("text/html; charset=utf-8");
    for (const [headers, type] of [
      [{}, "text/plain; charset=utf-8"],
      [{ accept: "*/*" }, "text/plain; charset=utf-8"],
      [{ accept: "text/plain, text/html;q=0.5" }, "text/plain; charset=utf-8"],
      [{ accept: "text/html;q=0, */*" }, "text/plain; charset=utf-8"],
      [{ accept: "application/json" }, "application/json"],
      [{ accept: "application/json, text/html;q=0.9" }, "application/json"],
      // KServe's client reads `status` there.
      [{ accept: "*/*", "user-agent": "python-httpx/0.28.1" }, "application/json"],
    ] as const) {
      const answer = await ask(`${server().url}/`, headers);
      expect([headers, answer.status, answer.headers["content-type"]]).toEqual([headers, 200, type]);
      expect(String(answer.headers.vary)).toContain("accept");
    }
  });

  it("are kept by browsers for good, but for the index, which is asked for each time", async () => {
    const first = await index();
    expect(first.headers["cache-control"]).toBe("no-cache");
    expect(await index({ "if-none-match": String(first.headers.etag) })).toMatchObject({ status: 304, body: Buffer.alloc(0) });
    expect(await index({ "if-none-match": '"other", W/"another"' })).toMatchObject({ status: 200 });
    const paths = await assets();
    expect(paths.length).toBeGreaterThanOrEqual(3);
    for (const path of paths) {
      const { status, headers } = await ask(`${server().url}/${path}`);
      expect([path, status, headers["cache-control"]]).toEqual([path, 200, "public, max-age=31536000, immutable"]);
      expect(path).toMatch(/-[\w-]{8}\.\w+$/);
    }
  });

  it("are sent in gzip to who takes it, and plain to who does not", async () => {
    for (const path of ["", ...(await assets())]) {
      const url = `${server().url}/${path}`;
      const packed = await ask(url, { accept: browser, "accept-encoding": "gzip, deflate, br" });
      const plain = await ask(url, { accept: browser });
      expect([path, packed.headers["content-encoding"], plain.headers["content-encoding"]]).toEqual([path, "gzip", undefined]);
      expect(gunzipSync(packed.body).equals(plain.body)).toBe(true);
      const head = await ask(url, { accept: browser, "accept-encoding": "gzip" }, "HEAD");
      expect(head).toMatchObject({ status: 200, body: Buffer.alloc(0) });
      expect(head.headers["content-length"]).toBe(String(packed.body.length));
    }
  });

  it("may do what the page does, and no more", async () => {
    for (const path of ["", ...(await assets())]) {
      const { headers } = await ask(`${server().url}/${path}`, { accept: browser });
      expect(headers).toMatchObject({
        "content-security-policy": expect.stringMatching(/^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; /),
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
      });
      expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    }
    // Nothing in the document itself runs or styles: the policy would stop it.
    const html = (await index()).body.toString();
    expect(html).not.toMatch(/<style|style=|<script(?![^>]*\ssrc=)|\son\w+=/);
  });

  it("are the only ones: no path leads to another", async () => {
    for (const path of [
      "assets",
      "assets/",
      "assets/../page.json",
      "assets/%2e%2e/page.json",
      "page.json",
      "index.html",
      "assets/page.json",
    ]) {
      expect([path, (await ask(`${server().url}/${path}`, { accept: browser })).status]).toEqual([path, 404]);
    }
    const [asset = ""] = await assets();
    expect((await ask(`${server().url}/${asset}`, {}, "POST")).status).toBe(405);
  });
});

describe.each(runtimes)("a server without the page on %s", (runtime) => {
  const server = sharedServer(runtime, [`${root}models/iris.onnx`, "--no-page"]);

  it("answers browsers with the text", async () => {
    const answer = await ask(`${server().url}/`, { accept: browser });
    expect([answer.status, answer.headers["content-type"]]).toEqual([200, "text/plain; charset=utf-8"]);
  });
});
