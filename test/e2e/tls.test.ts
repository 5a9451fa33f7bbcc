import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Certificate, makeCertificate } from "./certificate.ts";
import { type Running, root, runtimes, startSetosa } from "./process.ts";

// Each starts the real command, some many times.
vi.setConfig({ testTimeout: 120_000 });

let folder = "";
let first: Certificate;
let second: Certificate;
let client: Certificate;
let stranger: Certificate;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "setosa-tls-"));
  first = makeCertificate(folder, "first");
  second = makeCertificate(folder, "second");
  client = makeCertificate(folder, "client", first);
  stranger = makeCertificate(folder, "stranger", second);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const options = ({ cert, key }: Certificate) => ["--tls-cert", cert, "--tls-key", key];

describe.each(runtimes)("TLS on %s", (runtime) => {
  let server: Running;
  let port = 0;

  async function start(...args: readonly string[]): Promise<void> {
    server = startSetosa(["serve", `${root}models/iris.onnx`, "--port", "0", "--runtime", runtime, ...args]);
    port = Number((await server.waitFor(/Listening on https:\/\/localhost:(\d+)/))[1]);
  }
  afterEach(async () => expect(await server.stop()).toBe(0));

  const ask = (agent: Agent, path = "/predict"): Promise<{ status: number; text: string; issuer: string }> =>
    new Promise((resolve, reject) => {
      const sent = request({ host: "127.0.0.1", port, path, agent, rejectUnauthorized: false }, (response) => {
        let text = "";
        const issuer = (response.socket as TLSSocket).getPeerCertificate().subject.CN;
        response.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text, issuer: String(issuer) }));
      });
      sent.on("error", reject).end();
    });

  it("serves, and takes new files without ending connections", async () => {
    const live = { cert: join(folder, `live-${runtime}.pem`), key: join(folder, `live-${runtime}.key`) };
    const use = ({ cert, key }: Certificate) => {
      copyFileSync(key, live.key);
      copyFileSync(cert, live.cert);
    };
    use(first);
    await start(...options(live), "--idle-timeout-ms", "60000");
    const kept = new Agent({ keepAlive: true, maxSockets: 1 });
    const once = () => new Agent({ keepAlive: false, maxCachedSessions: 0 });
    expect(await ask(kept)).toEqual({ status: 200, text: "Prediction: Iris-Setosa\n", issuer: "first" });
    const [socket] = Object.values(kept.freeSockets).flat();

    // A key that does not fit never replaces what works.
    copyFileSync(second.key, live.key);
    await server.waitFor(/TLS certificate and key: not read again/, "errors");
    expect((await ask(once())).issuer).toBe("first");

    use(second);
    await server.waitFor(/TLS certificate and key: read again/, "errors");
    expect((await ask(once())).issuer).toBe("second");
    expect(await ask(kept)).toMatchObject({ status: 200, issuer: "first" });
    expect(Object.values(kept.freeSockets).flat()).toEqual([socket]);
    kept.destroy();
  });

  it("speaks TLS 1.2 and newer, and HTTP/1.1 in it", async () => {
    await start(...options(first));
    const handshake = (more: object): Promise<string> =>
      new Promise((resolve) => {
        const socket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false, ...more }, () => {
          resolve(`${socket.getProtocol()} ${socket.alpnProtocol}`);
          socket.destroy();
        });
        socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      });
    expect(await handshake({ ALPNProtocols: ["h2", "http/1.1"] })).toBe("TLSv1.3 http/1.1");
    expect(await handshake({ maxVersion: "TLSv1.2" })).toBe("TLSv1.2 false");
    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "ALL:@SECLEVEL=0" };
    expect(await handshake(old)).toMatch(/PROTOCOL_VERSION/);
    expect(await handshake({ ALPNProtocols: ["h2"] })).toMatch(/NO_APPLICATION_PROTOCOL/);
  });

  it("keeps answers whole that are larger than a record, and bodies in pieces", async () => {
    await start(...options(first));
    const rows = JSON.stringify(Array.from({ length: 3000 }, () => [5.1, 3.5, 1.4, 0.2]));
    const answer = await new Promise<string>((resolve, reject) => {
      const headers = { "content-type": "application/json", "content-length": rows.length };
      const sent = request(
        { host: "127.0.0.1", port, path: "/predict", method: "POST", headers, rejectUnauthorized: false },
        (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part)).on("end", () => resolve(Buffer.concat(parts).toString()));
        },
      );
      sent.on("error", reject);
      for (let from = 0; from < rows.length; from += 7001) sent.write(rows.slice(from, from + 7001));
      sent.end();
    });
    expect(JSON.parse(answer).predictions).toHaveLength(3000);
  });

  it("keeps answers for a client that reads them late", async () => {
    await start(...options(first));
    const rows = JSON.stringify(Array.from({ length: 3000 }, () => [5.1, 3.5, 1.4, 0.2]));
    const post = `POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${rows.length}\r\n\r\n${rows}`;
    const last = "GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    const text = await new Promise<string>((resolve, reject) => {
      const parts: Buffer[] = [];
      const socket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false }, () => {
        socket.pause();
        // Its answers are several times what the server keeps for a client before it stops reading.
        socket.write(post.repeat(20) + last, () => socket.resume());
      });
      socket.on("data", (part: Buffer) => parts.push(part));
      socket.on("error", reject).on("end", () => resolve(Buffer.concat(parts).toString("latin1")));
    });
    expect(text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(20);
    expect(text).toContain("ROUTE_NOT_FOUND");
  });

  it("ends handshakes that are not finished, and counts them as connections", async () => {
    await start(...options(first), "--idle-timeout-ms", "500", "--max-connections", "8");
    const closed = (socket: Socket) => new Promise<void>((resolve) => socket.on("error", () => {}).on("close", () => resolve()));
    const silent = Array.from({ length: 40 }, () => connect({ port, host: "127.0.0.1" }));
    // A record that never comes to its end.
    for (const socket of silent) socket.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]));
    await Promise.all(silent.map(closed));
    const garbage = connect({ port, host: "127.0.0.1" });
    garbage.write("GET /predict HTTP/1.1\r\nHost: a\r\n\r\n");
    await closed(garbage);
    expect((await ask(new Agent())).status).toBe(200);
  });

  it("asks clients for a certificate, where it is told to", async () => {
    await start(...options(first), "--tls-client-ca", first.cert);
    const files = ({ cert, key }: Certificate) => ({ cert: readFileSync(cert), key: readFileSync(key) });
    expect((await ask(new Agent(files(client)))).status).toBe(200);
    await expect(ask(new Agent(files(stranger)))).rejects.toThrow();
    await expect(ask(new Agent())).rejects.toThrow();
    expect((await ask(new Agent(files(client)))).status).toBe(200);
  });
});

describe.each(runtimes)("TLS that cannot be on %s", (runtime) => {
  const refusal = async (...args: readonly string[]) => {
    const running = startSetosa(["serve", `${root}models/iris.onnx`, "--port", "0", "--runtime", runtime, ...args]);
    expect(await running.ended()).toBe(2);
    return running.errors();
  };

  it("is refused at the start, with what is wrong", async () => {
    const junk = join(folder, "junk.pem");
    writeFileSync(junk, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    expect(await refusal("--tls-cert", first.cert, "--tls-key", second.key)).toMatch(/key in .*second\.key is not that of .*first\.pem/);
    expect(await refusal("--tls-cert", first.cert)).toContain("--tls-cert and --tls-key belong together");
    expect(await refusal("--tls-cert", join(folder, "absent"), "--tls-key", first.key)).toContain("cannot be read");
    expect(await refusal("--tls-cert", first.key, "--tls-key", first.key)).toContain("no certificate in PEM");
    expect(await refusal("--tls-cert", junk, "--tls-key", first.key)).toContain("damaged");
    expect(await refusal("--tls-cert", first.cert, "--tls-key", first.cert)).toContain("no private key in PEM");
    expect(await refusal("--tls-client-ca", first.cert)).toContain("--tls-client-ca needs TLS");
  });
});
