import { version } from "../version.ts";

export function packageVersion(): string {
  return version;
}
