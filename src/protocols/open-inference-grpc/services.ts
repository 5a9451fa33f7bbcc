/** The service of inference. */
export const inferenceService = "inference.GRPCInferenceService";
export const healthService = "grpc.health.v1.Health";
export const reflectionServices = ["grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"] as const;

export function methodPath(method: string): string {
  return `/${inferenceService}/${method}`;
}

export const streamInferPath: string = methodPath("ModelStreamInfer");
export const checkPath = `/${healthService}/Check`;
export const watchPath = `/${healthService}/Watch`;
export const reflectionPaths: readonly string[] = reflectionServices.map((service) => `/${service}/ServerReflectionInfo`);
