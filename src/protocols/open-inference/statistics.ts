import type { VersionStatistics } from "../../models/statistics-totals.ts";

/** `$stats_model_response` of Triton's statistics extension. There is no cache, and what is not timed apart is not told. */
export function statisticsResponse(models: readonly VersionStatistics[]) {
  return { model_stats: models.map(statistics) };
}

const none = { count: 0, ns: 0 };

function statistics({ name, version, inferences, executions, last, batches, ...times }: VersionStatistics) {
  return {
    name,
    version,
    last_inference: last,
    inference_count: inferences,
    execution_count: executions,
    inference_stats: {
      success: times.success,
      fail: times.fail,
      queue: times.queue,
      compute_input: times.input,
      compute_infer: times.infer,
      compute_output: times.output,
      cache_hit: none,
      cache_miss: none,
    },
    response_stats: {},
    // Putting tensors together and taking them apart is part of the run.
    batch_stats: batches.map(({ rows, infer }) => ({
      batch_size: rows,
      compute_input: { count: infer.count, ns: 0 },
      compute_infer: infer,
      compute_output: { count: infer.count, ns: 0 },
    })),
    memory_usage: [],
  };
}
