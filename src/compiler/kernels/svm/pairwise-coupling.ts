import type { Element, Emitter } from "../../emitter.ts";
import type { Lowering } from "../../lowering.ts";
import type { Local } from "../../wasm/function.ts";

/** Steps after which libsvm gives up, for up to 100 classes. */
const maxSteps = 100;

/**
 * libsvm's `multiclass_probability` (Wu, Lin and Weng 2004, second method): from the probabilities of
 * class i against class j, `pairs[i][j]`, to one probability per class. libsvm stops at an error of
 * 0.005 / classes, so its answers are not the limit; the same steps in the same order give the same answers.
 */
export function lowerPairwiseCoupling(
  classes: number,
  lowering: Lowering,
): { pairs: Matrix; probabilities: Vector; emit: (emitter: Emitter) => void } {
  const pairs = new Matrix(classes, lowering);
  const q = new Matrix(classes, lowering);
  const p = new Vector(classes, lowering);
  const qp = new Vector(classes, lowering);
  const emit = (emitter: Emitter): void => {
    emitStart(emitter, classes, pairs, q, p);
    emitSteps(emitter, classes, q, p, qp);
  };
  return { pairs, probabilities: p, emit };
}

/** Scratch for one row, float64. */
class Vector {
  readonly address: number;

  constructor(length: number, lowering: Lowering) {
    this.address = lowering.memory.reserve(length * 8);
  }

  load({ fn }: Emitter, index: Element): void {
    if (typeof index === "number") fn.const("i32", 0).memory("f64.load", this.address + index * 8);
    else fn.get(index).const("i32", 3).op("i32.shl").memory("f64.load", this.address);
  }

  store({ fn }: Emitter, index: Element, value: () => void): void {
    if (typeof index === "number") fn.const("i32", 0);
    else fn.get(index).const("i32", 3).op("i32.shl");
    value();
    fn.memory("f64.store", this.address + (typeof index === "number" ? index * 8 : 0));
  }
}

class Matrix {
  readonly #size: number;
  readonly #cells: Vector;

  constructor(size: number, lowering: Lowering) {
    this.#size = size;
    this.#cells = new Vector(size * size, lowering);
  }

  load(emitter: Emitter, row: Element, column: Element): void {
    this.#cells.load(emitter, this.#cell(emitter, row, column));
  }

  store(emitter: Emitter, row: Element, column: Element, value: () => void): void {
    this.#cells.store(emitter, this.#cell(emitter, row, column), value);
  }

  #cell(emitter: Emitter, row: Element, column: Element): Element {
    if (typeof row === "number" && typeof column === "number") return row * this.#size + column;
    const cell = emitter.fn.local("i32");
    emitter.position(row);
    emitter.fn.const("i32", this.#size).op("i32.mul");
    emitter.position(column);
    emitter.fn.op("i32.add").set(cell);
    return cell;
  }
}

/** p = 1/k, and Q from the pairs: its diagonal Σ r[j][t]², elsewhere -r[j][t]·r[t][j]. */
function emitStart(emitter: Emitter, classes: number, pairs: Matrix, q: Matrix, p: Vector): void {
  const { fn } = emitter;
  const sum = fn.local("f64");
  emitter.elements(classes, (t) => {
    p.store(emitter, t, () => fn.const("f64", 1 / classes));
    fn.const("f64", 0).set(sum);
    emitter.elements(classes, (j) => {
      const each = (): void => {
        pairs.load(emitter, j, t);
        pairs.load(emitter, j, t);
        fn.op("f64.mul").get(sum).op("f64.add").set(sum);
        q.store(emitter, t, j, () => {
          pairs.load(emitter, j, t);
          pairs.load(emitter, t, j);
          fn.op("f64.mul", "f64.neg");
        });
      };
      if (typeof t === "number" && typeof j === "number") {
        if (t !== j) each();
        return;
      }
      emitter.position(t);
      emitter.position(j);
      fn.op("i32.ne").if(each);
    });
    q.store(emitter, t, t, () => fn.get(sum));
  });
}

function emitSteps(emitter: Emitter, classes: number, q: Matrix, p: Vector, qp: Vector): void {
  const { fn } = emitter;
  const pqp = fn.local("f64");
  const sum = fn.local("f64");
  const error = fn.local("f64");
  const difference = fn.local("f64");
  const scale = fn.local("f64");
  const step = fn.local("i32");
  fn.block(() =>
    fn.count(step, 0, maxSteps, 1, () => {
      emitProducts(emitter, classes, q, p, qp, pqp, sum);
      fn.const("f64", 0).set(error);
      emitter.elements(classes, (t) => {
        qp.load(emitter, t);
        fn.get(pqp).op("f64.sub", "f64.abs").get(error).op("f64.max").set(error);
      });
      // Out of `count`'s loop and the block around it.
      fn.get(error)
        .const("f64", 0.005 / classes)
        .op("f64.lt")
        .brIf(1);
      emitter.elements(classes, (t) => {
        fn.get(pqp);
        qp.load(emitter, t);
        fn.op("f64.sub");
        q.load(emitter, t, t);
        fn.op("f64.div").set(difference);
        fn.get(difference).const("f64", 1).op("f64.add").set(scale);
        p.store(emitter, t, () => {
          p.load(emitter, t);
          fn.get(difference).op("f64.add");
        });
        // pQp = (pQp + d·(d·Q[t][t] + 2·Qp[t])) / (1 + d)²
        fn.get(difference).get(difference);
        q.load(emitter, t, t);
        fn.op("f64.mul").const("f64", 2);
        qp.load(emitter, t);
        fn.op("f64.mul", "f64.add", "f64.mul").get(pqp).op("f64.add").get(scale).op("f64.div").get(scale).op("f64.div").set(pqp);
        emitter.elements(classes, (j) => {
          qp.store(emitter, j, () => {
            qp.load(emitter, j);
            fn.get(difference);
            q.load(emitter, t, j);
            fn.op("f64.mul", "f64.add").get(scale).op("f64.div");
          });
          p.store(emitter, j, () => {
            p.load(emitter, j);
            fn.get(scale).op("f64.div");
          });
        });
      });
    }),
  );
}

/** Qp = Q·p and pQp = p·Qp. */
function emitProducts(emitter: Emitter, classes: number, q: Matrix, p: Vector, qp: Vector, pqp: Local, sum: Local): void {
  const { fn } = emitter;
  fn.const("f64", 0).set(pqp);
  emitter.elements(classes, (t) => {
    fn.const("f64", 0).set(sum);
    emitter.elements(classes, (j) => {
      q.load(emitter, t, j);
      p.load(emitter, j);
      fn.op("f64.mul").get(sum).op("f64.add").set(sum);
    });
    qp.store(emitter, t, () => fn.get(sum));
    p.load(emitter, t);
    fn.get(sum).op("f64.mul").get(pqp).op("f64.add").set(pqp);
  });
}
