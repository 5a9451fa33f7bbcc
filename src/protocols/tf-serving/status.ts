import { naturalOrder } from "../../models/natural-order.ts";
import type { ServedModels } from "../../models/served-models.ts";
import type { ModelStatus, VersionStatus } from "./messages.ts";

/**
 * TensorFlow Serving's status of a model, newest version first, with KServe's `name` and `ready` beside it; undefined where nothing of that
 * name was found. Status 200 also where nothing answers: so has it TensorFlow Serving, and KServe's protocol, whose clients read `ready`.
 * @param version Of this version alone
 */
export function modelStatus({ library }: ServedModels, name: string, version?: string): ModelStatus | undefined {
  const loaded = library.versions(name).map((model) => versionStatus(model.version, undefined));
  const failed = library.failures
    .filter((failure) => failure.name === name && !failure.replacing)
    .map(({ version: own = "", error }) => versionStatus(own, `${error.code}: ${error.message}`));
  const statuses = [...loaded, ...failed]
    .filter((status) => version === undefined || status.version === version)
    .sort((one, other) => naturalOrder(other.version, one.version));
  if (statuses.length === 0) return undefined;
  return { model_version_status: statuses, name, ready: statuses.some(({ state }) => state === "AVAILABLE") };
}

function versionStatus(version: string, failure: string | undefined): VersionStatus {
  if (failure === undefined) return { version, state: "AVAILABLE", status: { error_code: "OK", error_message: "" } };
  return { version, state: "END", status: { error_code: "FAILED_PRECONDITION", error_message: failure } };
}
