import type { ComponentChildren } from "preact";
import type { Resource } from "../api/use-resource.ts";
import { Loading } from "./loading.tsx";
import { Problem } from "./problem.tsx";

export interface ResourceViewProps<T> {
  readonly resource: Resource<T>;
  /** "Reading the models…" */
  readonly loading: string;
  /** "The models could not be read." */
  readonly problem: string;
  readonly children: (value: T) => ComponentChildren;
}

/** What was asked for, or why it is not there. What was there stays while it is asked for again. */
export function ResourceView<T>({ resource, loading, problem, children }: ResourceViewProps<T>) {
  const { value, error, reload } = resource;
  if (value !== undefined) return <>{children(value)}</>;
  // The form for the key stands above, and the banner says that the server has gone.
  if (error?.status === 401) return null;
  if (error !== undefined) return <Problem error={error} title={problem} retry={reload} />;
  return <Loading what={loading} />;
}
