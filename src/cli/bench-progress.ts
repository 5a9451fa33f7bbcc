import type { CommandContext } from "./command.ts";

/** One line that changes, for people at a terminal; nothing elsewhere. */
export function progressLine({ errors, environment }: CommandContext): { show: (what: string, share: number) => void; end: () => void } {
  if (!errors.terminal || environment.CI !== undefined) return { show: () => {}, end: () => {} };
  const clear = "\r\x1b[2K";
  return {
    show: (what, share) => errors.write(`${clear}${Math.floor(share * 100)} %  ${what}`),
    end: () => errors.write(clear),
  };
}
