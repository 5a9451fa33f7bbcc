import { execFileSync } from "node:child_process";
import { join } from "node:path";

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A fresh certificate for localhost, signed by itself or by another one; paths of PEM files. */
export function makeCertificate(folder: string, name: string, signer?: Certificate): Certificate {
  const made = { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
  const signing = signer === undefined ? [] : ["-CA", signer.cert, "-CAkey", signer.key];
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const names = ["-subj", `/CN=${name}`, "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  execFileSync("openssl", [...request, ...names, "-keyout", made.key, "-out", made.cert, ...signing], { stdio: "ignore" });
  return made;
}
