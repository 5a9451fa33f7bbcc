import { type Assertion, type CodePoints, type Expression, PatternProblem } from "./syntax.ts";

/** A step of a nondeterministic automaton; the numbers are steps to go on with. */
export type Step =
  | { readonly kind: "one"; readonly of: CodePoints; readonly next: number }
  | { readonly kind: "assertion"; readonly holds: Assertion; readonly next: number }
  | { readonly kind: "fork"; readonly next: readonly number[] }
  | { readonly kind: "match" };

export interface Program {
  readonly steps: readonly Step[];
  readonly first: number;
}

/** Counted repetitions are written out: what takes more steps than this is refused. */
const mostSteps = 10_000;

/** @throws PatternProblem */
export function compilePattern(expression: Expression): Program {
  const steps: Step[] = [{ kind: "match" }];
  const add = (step: Step): number => {
    if (steps.length >= mostSteps) throw new PatternProblem(`it takes more than ${mostSteps} steps`);
    return steps.push(step) - 1;
  };
  return { steps, first: write(expression, 0, steps, add) };
}

/** Writes the expression in front of `next`, and gives the step to begin with. */
function write(expression: Expression, next: number, steps: Step[], add: (step: Step) => number): number {
  switch (expression.kind) {
    case "one":
      return add({ ...expression, next });
    case "assertion":
      return add({ ...expression, next });
    case "sequence":
      return expression.parts.reduceRight((after, part) => write(part, after, steps, add), next);
    case "choice":
      return add({ kind: "fork", next: expression.options.map((option) => write(option, next, steps, add)) });
    case "repeat": {
      const { body, least, most } = expression;
      let after = next;
      if (most === Number.POSITIVE_INFINITY) {
        after = add({ kind: "fork", next: [next] });
        const again = write(body, after, steps, add);
        steps[after] = { kind: "fork", next: [again, next] };
      } else for (let time = least; time < most; time++) after = add({ kind: "fork", next: [write(body, after, steps, add), next] });
      for (let time = 0; time < least; time++) after = write(body, after, steps, add);
      return after;
    }
  }
}
