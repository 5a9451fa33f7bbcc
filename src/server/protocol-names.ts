export { type ProtocolName, protocolNames } from "../protocols/registry.ts";
