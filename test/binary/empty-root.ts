import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Running, start } from "../e2e/process.ts";

/** A root directory in which there is nothing but the executable, what the dynamic linker needs, `/proc` and `/dev/null`, and what a test puts there. */
export interface EmptyRoot {
  readonly path: string;
  put(file: string, at: string): void;
  /** Runs the executable as `/setosa` in it. */
  run(args: readonly string[], environment?: Record<string, string>): Running;
  remove(): void;
}

export function emptyRoot(binary: string): EmptyRoot {
  const path = mkdtempSync(join(tmpdir(), "setosa-root-"));
  const put = (file: string, at: string) => {
    mkdirSync(dirname(join(path, at)), { recursive: true });
    copyFileSync(file, join(path, at));
  };
  for (const library of libraries(binary)) put(library, library);
  put(binary, "/setosa");
  for (const folder of ["proc", "dev", "tmp"]) mkdirSync(join(path, folder));
  writeFileSync(join(path, "dev/null"), "");
  // The mounts are gone with the processes that see them. Without the rights of root, those of a user namespace will do.
  const rights = process.getuid?.() === 0 ? "-m" : "-rm";
  const script = `mount -t proc proc ${path}/proc && mount --bind /dev/null ${path}/dev/null && exec chroot ${path} /setosa "$@"`;
  return {
    path,
    put,
    run: (args, environment) => start("unshare", [rights, "sh", "-c", script, "sh", ...args], environment),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** As `ldd` names them: glibc's own, and its dynamic linker. */
function libraries(binary: string): readonly string[] {
  const listed = execFileSync("ldd", [binary], { encoding: "utf8" });
  return [...listed.matchAll(/(?:=> )?(\/\S+) \(/g)].map(([, file]) => file ?? "");
}
