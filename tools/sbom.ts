/**
 * The software bill of materials (CycloneDX) of what `npm i setosa` installs: `npm run sbom -- [FILE]` writes it, `--check` only
 * checks that it lists the runtime dependencies of package-lock.json and nothing else.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

interface Bom {
  readonly bomFormat: string;
  readonly metadata: { readonly component: { name: string } };
  readonly components: readonly { readonly name: string; readonly version: string; readonly hashes?: readonly unknown[] }[];
}

interface Locked {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const root = fileURLToPath(new URL("../", import.meta.url));
const lock = JSON.parse(readFileSync(`${root}package-lock.json`, "utf8")) as { name: string; packages: Readonly<Record<string, Locked>> };

/**
 * Of a folder that has nothing but what is installed with the package: `npm sbom` leaves out a dependency that development dependencies of
 * ours have as a peer.
 */
function generate(): Bom {
  const folder = mkdtempSync(join(tmpdir(), "setosa-sbom-"));
  try {
    const { devDependencies: _, workspaces: __, peerDependencies: ___, ...own } = lock.packages[""] as Locked & Record<string, unknown>;
    const paths = runtimeDependencies().map((entry) => `node_modules/${entry.slice(0, entry.lastIndexOf("@"))}`);
    const packages = { "": own, ...Object.fromEntries(paths.map((path) => [path, lock.packages[path]])) };
    writeFileSync(join(folder, "package.json"), JSON.stringify(own));
    writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ ...lock, packages }));
    const args = ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"];
    const bom = JSON.parse(execFileSync("npm", args, { cwd: folder, encoding: "utf8" })) as Bom;
    // npm takes the folder's name.
    bom.metadata.component.name = lock.name;
    return bom;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `name@version` of every package that the dependencies lead to. */
function runtimeDependencies(): string[] {
  const found = new Set<string>();
  const visit = ({ dependencies = {} }: Locked) => {
    for (const name of Object.keys(dependencies)) {
      const locked = lock.packages[`node_modules/${name}`];
      if (locked === undefined) throw new Error(`package-lock.json has no ${name}`);
      const entry = `${name}@${locked.version}`;
      if (found.has(entry)) continue;
      found.add(entry);
      visit(locked);
    }
  };
  visit(lock.packages[""] ?? {});
  return [...found].sort();
}

const [argument] = process.argv.slice(2);
const bom = generate();
const listed = bom.components.map(({ name, version }) => `${name}@${version}`).sort();
const expected = runtimeDependencies();
if (bom.bomFormat !== "CycloneDX" || listed.join() !== expected.join())
  throw new Error(`The bill lists ${listed.join(", ")}, and the dependencies are ${expected.join(", ")}.`);
const unhashed = bom.components.filter(({ hashes = [] }) => hashes.length === 0);
if (unhashed.length > 0) throw new Error(`Without a hash: ${unhashed.map(({ name }) => name).join(", ")}`);
if (argument === "--check") console.log(`The bill of materials lists what is installed: ${listed.join(", ")}.`);
else {
  const file = argument ?? `${root}sbom.cdx.json`;
  writeFileSync(file, `${JSON.stringify(bom, null, 2)}\n`);
  console.log(`${file}: ${listed.join(", ")}`);
}
