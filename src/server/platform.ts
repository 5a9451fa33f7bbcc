export type { Platform } from "../protocols/platform.ts";
