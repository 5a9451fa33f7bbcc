/**
 *   npm run benchmark:http [-- --quick]     start, memory, throughput of the server: see serve.ts
 *   npm run benchmark:http -- protocols     what each protocol costs: see protocols.ts
 */
const [first, ...rest] = process.argv.slice(2);
if (first === "protocols") await (await import("./protocols.ts")).run(rest);
else await (await import("./serve.ts")).run(process.argv.slice(2));
