import type { Model } from "../../models/model.ts";
import type { DurationSum, StatisticsBook } from "../../models/statistics.ts";

/** `$stats_model_response` of Triton's statistics extension. There is no cache, and what is not timed apart is not told. */
export function modelStatistics(models: readonly Model[], book: StatisticsBook | undefined) {
  return { model_stats: book === undefined ? [] : models.map((model) => statistics(model, book)) };
}

function statistics(model: Model, book: StatisticsBook) {
  const { inferences, executions, last, success, fail, queue, input, infer, output } = book.of(model);
  return {
    name: model.name,
    version: model.version,
    last_inference: last,
    inference_count: inferences,
    execution_count: executions,
    inference_stats: {
      success: duration(success),
      fail: duration(fail),
      queue: duration(queue),
      compute_input: duration(input),
      compute_infer: duration(infer),
      compute_output: duration(output),
      cache_hit: { count: 0, ns: 0 },
      cache_miss: { count: 0, ns: 0 },
    },
    response_stats: {},
    batch_stats: [],
    memory_usage: [],
  };
}

function duration({ count, nanoseconds }: DurationSum) {
  return { count, ns: nanoseconds };
}
