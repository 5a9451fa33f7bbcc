/** What the server speaks beyond the protocol itself, by Triton's names. */
const extensions = ["binary_tensor_data", "classification", "model_configuration", "model_repository", "parameters", "statistics"];

export function serverMetadata({ name, version }: { readonly name: string; readonly version: string }) {
  return { name, version, extensions };
}
