import { SetosaError } from "../errors.ts";
import { suggest } from "../models/suggest.ts";
import type { Platform } from "../server/platform.ts";
import { type ProtocolName, protocolNames } from "../server/protocol-names.ts";
import type { ServeValues } from "./serve-options.ts";

/**
 * The protocols that clients may ask by; undefined for all. That of the platform is always one of them.
 * @throws SetosaError ARGUMENT_INVALID
 */
export function readProtocols({ protocols }: ServeValues, platform: Platform | undefined): readonly ProtocolName[] | undefined {
  const named = protocols?.flatMap((list) => list.split(",")).map(readName);
  if (named === undefined || platform === undefined || named.includes(platform.name)) return named;
  return [...named, platform.name];
}

function readName(text: string): ProtocolName {
  const name = text.trim();
  const known = protocolNames.find((protocol) => protocol === name);
  if (known !== undefined) return known;
  const meant = suggest(name, protocolNames);
  throw new SetosaError("ARGUMENT_INVALID", `There is no protocol ${JSON.stringify(name.slice(0, 80))}.`, {
    path: "--protocols",
    hint: meant === undefined ? `They are ${protocolNames.join(", ")}.` : `Did you mean ${meant}?`,
  });
}
