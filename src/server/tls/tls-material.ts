import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { SetosaError } from "../../errors.ts";
import { type Live, liveFiles } from "../live-files.ts";

/** What a server needs to speak TLS, checked: the key fits the certificate. */
export interface TlsMaterial {
  /** PEM: the server's certificate, and those that lead to one that clients know. */
  readonly cert: string;
  readonly key: string;
  /** PEM: who has to have signed the certificates of clients; without it clients need none. */
  readonly clientCa: string | undefined;
}

export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  readonly clientCa?: string | undefined;
}

export type LiveTls = Live<TlsMaterial>;

/** @throws SetosaError ARGUMENT_INVALID */
export function liveTls(files: TlsFiles, log: (line: string) => void): Promise<LiveTls> {
  const { cert, key, clientCa } = files;
  const all = [cert, key, ...(clientCa === undefined ? [] : [clientCa])];
  return liveFiles({ files: all, read: () => readTls(files), name: "TLS certificate and key", log });
}

/** @throws SetosaError ARGUMENT_INVALID where a file cannot be read, is no PEM, or the key is another certificate's */
export async function readTls(files: TlsFiles): Promise<TlsMaterial> {
  const cert = await readPem(files.cert, "--tls-cert");
  const key = await readPem(files.key, "--tls-key");
  const clientCa = files.clientCa === undefined ? undefined : await readPem(files.clientCa, "--tls-client-ca");
  const [leaf] = certificates(cert, files.cert, "--tls-cert");
  const privateKey = readKey(key, files.key);
  if (leaf?.checkPrivateKey(privateKey) !== true)
    throw wrong(
      "--tls-key",
      `The key in ${files.key} is not that of the certificate in ${files.cert}.`,
      "Give the key that the certificate was made for; in a chain the server's own certificate comes first.",
    );
  if (clientCa !== undefined && files.clientCa !== undefined) certificates(clientCa, files.clientCa, "--tls-client-ca");
  return { cert, key, clientCa };
}

async function readPem(file: string, option: string): Promise<string> {
  try {
    return await readFile(file, "latin1");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw wrong(option, `${file} cannot be read: ${reason}.`, "Check the path and its permissions.", cause);
  }
}

const certificateBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function certificates(pem: string, file: string, option: string): X509Certificate[] {
  const blocks = pem.match(certificateBlock);
  if (blocks === null)
    throw wrong(
      option,
      `${file} holds no certificate in PEM.`,
      "Give a file with -----BEGIN CERTIFICATE-----; openssl x509 -inform der converts others.",
    );
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch (cause) {
    throw wrong(option, `${file} holds a certificate that is damaged.`, "Check it with openssl x509 -noout -text.", cause);
  }
}

function readKey(pem: string, file: string): KeyObject {
  if (/-----BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED/.test(pem))
    throw wrong("--tls-key", `The key in ${file} is encrypted.`, "Give a key without a passphrase, which only the server's user can read.");
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw wrong("--tls-key", `${file} holds no private key in PEM.`, "Give a file with -----BEGIN PRIVATE KEY-----.", cause);
  }
}

function wrong(path: string, message: string, hint: string, cause?: unknown): SetosaError {
  return new SetosaError("ARGUMENT_INVALID", message, { path, hint, cause });
}
