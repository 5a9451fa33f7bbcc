import { agreeingContenders, type Bench, type ContenderId } from "./contenders.ts";
import type { Prepared } from "./prepared.ts";
import type { ModelResult } from "./results.ts";
import type { Failures, Rounds, TimingPlan } from "./timing.ts";
import { timed } from "./timing.ts";

/** One row and batches of one model, all contenders side by side. */
export async function measureRows(
  model: Prepared,
  bench: Bench,
  plan: Omit<TimingPlan, "rows">,
  random: () => number,
): Promise<ModelResult> {
  const { name, specification, info } = model;
  const absent: Partial<Record<ContenderId, string>> = {};
  const contenders = await agreeingContenders(model, bench, absent);
  try {
    if (!contenders.some(({ id }) => id.startsWith("node ")))
      throw new Error(`${name}: Setosa's predictions are wrong: ${JSON.stringify(absent)}`);
    const failed: Failures = new Map();
    const { one, many } = await timed(contenders, { ...plan, rows: info.rows }, random, failed);
    Object.assign(absent, Object.fromEntries(failed));
    const { features, rows, nodes, steps, made } = info;
    return {
      model: name,
      specification,
      info: { features, rows, made, ...(nodes === undefined ? {} : { nodes }), ...(steps === undefined ? {} : { steps }) },
      absent,
      one: condensed(one),
      many: condensed(many),
    };
  } finally {
    for (const contender of contenders) contender.process.kill();
  }
}

/** Four digits are more than a round is worth. */
function condensed(rounds: Rounds): Rounds {
  return Object.fromEntries(Object.entries(rounds).map(([id, times]) => [id, times.map((time) => Number(time.toPrecision(4)))]));
}
