/**
 * Holds connections without being of use until it is ended: `attack.ts PORT COUNT`. Prints `attacking` when all were connected once,
 * and at its end how many were open and how often it was shut out, as JSON.
 */
import { attack } from "../../../test/e2e/attackers.ts";

const [port = 0, count = 0] = process.argv.slice(2).map(Number);
const attackers = attack(port, count);
await attackers.connected(count);
console.log("attacking");
process.on("SIGTERM", () => {
  console.log(JSON.stringify({ open: attackers.open(), shutOut: attackers.shutOut() }));
  attackers.stop();
  process.exit(0);
});
