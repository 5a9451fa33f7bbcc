import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { root } from "../e2e/process.ts";
import { clients } from "./client.ts";

/** What clients.json says is what is installed. */

const text = (path: string) => readFileSync(`${root}${path}`, "utf8");
const pinned = [
  ...["requirements.txt", "requirements-messages.txt", "requirements-perf.txt"].map((file) => text(`test/clients/${file}`)),
  text("test/clients/go/go.mod"),
  text("test/clients/install.sh"),
].join("\n");
const packages = JSON.parse(text("package.json")) as { devDependencies: Record<string, string> };

/** What a client is called where it is pinned. */
const pins: Readonly<Record<string, string>> = { "mlserver infer": "mlserver", perf_analyzer: "tritonclient" };

describe("clients.json", () => {
  it.each(clients)("names the version of $client that is installed", ({ client, version }) => {
    const name = pins[client] ?? client.replace(/\[.*\]$/, "");
    const installed = [`\n${name}==${version}\n`, `\t${name} ${version}\n`, `/${name}@${version}\n`];
    expect(packages.devDependencies[name] === version || installed.some((pin) => pinned.includes(pin))).toBe(true);
  });
});
