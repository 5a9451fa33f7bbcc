/** The package's version, as package.json says it: where the package runs as one file, that is not there to be read. */
export const version = "0.1.0";
