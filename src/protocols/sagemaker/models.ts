import { SetosaError } from "../../errors.ts";
import type { ModelControl } from "../../models/control.ts";
import type { ServedModels } from "../../models/served-models.ts";
import { checkAllowed } from "../allowed-model.ts";
import { type Answer, jsonHead, type Route } from "../exchange.ts";
import { parseJsonBody } from "../json-body.ts";
import { checkJsonRequest } from "../json-request.ts";
import { decodeLoad } from "./decode.ts";
import { describeInvoke, describeModel, describeModels } from "./describe.ts";
import type { PostOf } from "./handlers.ts";
import type { LoadedModel } from "./messages.ts";

/** Bodies hold two texts. */
const jsonDepth = 4;

export interface ModelRoutesOptions {
  readonly protocol: string;
  readonly models: ServedModels;
  readonly control: ModelControl;
  /** The folder in which SageMaker puts models, without a slash at its end. */
  readonly root: string;
  readonly postOf: PostOf;
}

/**
 * A container for several models: they are loaded, listed, asked and unloaded by name
 * (https://docs.aws.amazon.com/sagemaker/latest/dg/mms-container-apis.html).
 */
export function modelRoutes({ protocol, models, control, root, postOf }: ModelRoutesOptions): Route[] {
  const { library } = models;
  const loaded = (name: string): LoadedModel => ({ modelName: name, modelUrl: folderOf(root, name, library.get(name).version) });
  const load = async (body: unknown): Promise<Answer> => {
    const { name, version } = decodeLoad(body, root);
    // The library as it is now: the routes may be those of before.
    if (models.library.names.includes(name))
      throw new SetosaError("MODEL_ALREADY_LOADED", `The model "${name}" is loaded already.`, {
        path: "model_name",
        hint: "Unload it first, to load it anew.",
      });
    await control.load(name, version);
    return json({ modelName: name, modelUrl: folderOf(root, name, version ?? "") });
  };
  return [
    {
      path: "/models",
      summary: "The models that are loaded, and loading one.",
      protocol,
      later: false,
      get: () => json({ models: library.names.map(loaded) }),
      post: {
        check: checkJsonRequest,
        answer: async (request, bytes) => {
          const body = parseJsonBody(bytes, jsonDepth);
          checkAllowed(request, decodeLoad(body, root).name);
          return load(body);
        },
      },
      describe: describeModels,
    },
    ...library.names.flatMap((name): Route[] => [
      {
        path: `/models/${name}`,
        summary: `${name}, and unloading it.`,
        protocol,
        model: name,
        later: false,
        get: () => json(loaded(name)),
        delete: async () => {
          await control.unload(name);
          return json({ modelName: name });
        },
        describe: (using) => describeModel(name, using),
      },
      {
        path: `/models/${name}/invoke`,
        summary: `Predictions of ${name}.`,
        protocol,
        model: name,
        later: !library.get(name).answersInline,
        post: postOf(() => models.pick(name), library.get(name)),
        describe: (using) => describeInvoke(library.get(name), using),
      },
    ]),
  ];
}

/** As SageMaker named it: its folders have no version but the one that they all call `model`. */
function folderOf(root: string, name: string, version: string): string {
  return version === "" ? `${root}/${name}` : `${root}/${name}/${version}`;
}

function json(value: unknown): Answer {
  return { head: jsonHead, body: `${JSON.stringify(value)}\n` };
}
