import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** nginx with one worker that answers everything with the same text: what HTTP itself costs, well done. */
export function nginxCommand(port: number, type: string, body: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "setosa-nginx-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "nginx.conf");
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `  ${name}_temp_path ${folder}/${name};`);
  writeFileSync(
    file,
    [
      "daemon off; worker_processes 1;",
      `pid ${folder}/nginx.pid; error_log stderr error;`,
      "events { worker_connections 1024; }",
      "http {",
      ...temporary,
      "  access_log off; keepalive_requests 1000000000; tcp_nodelay on;",
      `  server { listen 127.0.0.1:${port}; location / { default_type ${type}; return 200 '${body.replaceAll("'", "")}'; } }`,
      "}",
      "",
    ].join("\n"),
  );
  return ["nginx", "-p", folder, "-c", file];
}
