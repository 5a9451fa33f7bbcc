export { type Priority, priorities, type RunOptions } from "../engines/engine.ts";
