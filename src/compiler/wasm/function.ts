import { ByteWriter } from "./bytes.ts";
import { encodings, type Instruction, type MemoryInstruction, memory, type ValueType, valueTypes } from "./opcodes.ts";

/** A local variable of a function under construction. */
export interface Local {
  readonly index: number;
  readonly type: ValueType;
}

const emptyBlock = 0x40;

/**
 * One WebAssembly function, written as the stack machine reads it: operands first. Control structures
 * take their body as a callback, so that every block is closed.
 */
export class WasmFunction {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
  readonly #locals: ValueType[] = [];
  readonly #code = new ByteWriter();

  constructor(parameters: readonly ValueType[] = [], results: readonly ValueType[] = []) {
    this.parameters = parameters;
    this.results = results;
  }

  parameter(index: number): Local {
    const type = this.parameters[index];
    if (type === undefined) throw new RangeError(`The function has no parameter ${index}.`);
    return { index, type };
  }

  local(type: ValueType): Local {
    this.#locals.push(type);
    return { index: this.parameters.length + this.#locals.length - 1, type };
  }

  get(local: Local): this {
    this.#code.byte(0x20).unsigned(local.index);
    return this;
  }

  set(local: Local): this {
    this.#code.byte(0x21).unsigned(local.index);
    return this;
  }

  tee(local: Local): this {
    this.#code.byte(0x22).unsigned(local.index);
    return this;
  }

  const(type: Exclude<ValueType, "v128" | "i64">, value: number): this {
    if (type === "i32") {
      this.#code.byte(0x41).signed32(value);
    } else if (type === "f32") {
      this.#code.byte(0x43).float32(value);
    } else {
      this.#code.byte(0x44).float64(value);
    }
    return this;
  }

  constI64(value: bigint): this {
    this.#code.byte(0x42).signed64(value);
    return this;
  }

  op(...instructions: readonly Instruction[]): this {
    for (const instruction of instructions) this.#code.bytes(encodings[instruction]);
    return this;
  }

  /** A load or store at the address on the stack plus `offset` bytes. */
  memory(instruction: MemoryInstruction, offset = 0): this {
    const [opcode, alignment] = memory[instruction];
    this.#code.bytes(opcode).unsigned(alignment).unsigned(offset);
    return this;
  }

  call(functionIndex: number): this {
    this.#code.byte(0x10).unsigned(functionIndex);
    return this;
  }

  /** A block that `br(0)` in its body leaves. */
  block(body: () => void): this {
    this.#code.byte(0x02).byte(emptyBlock);
    body();
    this.#code.byte(0x0b);
    return this;
  }

  /** A block that `br(0)` in its body starts again. */
  loop(body: () => void): this {
    this.#code.byte(0x03).byte(emptyBlock);
    body();
    this.#code.byte(0x0b);
    return this;
  }

  /** On the stack: the condition. Leaves nothing, or a value of `type`. */
  if(then: () => void, otherwise?: () => void, type?: ValueType): this {
    this.#code.byte(0x04).byte(type === undefined ? emptyBlock : valueTypes[type]);
    then();
    if (otherwise !== undefined) {
      this.#code.byte(0x05);
      otherwise();
    }
    this.#code.byte(0x0b);
    return this;
  }

  br(depth: number): this {
    this.#code.byte(0x0c).unsigned(depth);
    return this;
  }

  brIf(depth: number): this {
    this.#code.byte(0x0d).unsigned(depth);
    return this;
  }

  /** Runs `body` with `counter` = `from`, `from + step`, … while it is below `to`. Runs at least once. */
  count(counter: Local, from: number, to: number, step: number, body: () => void): this {
    this.const("i32", from).set(counter);
    return this.loop(() => {
      body();
      this.get(counter).const("i32", step).op("i32.add").tee(counter).const("i32", to).op("i32.lt_u").brIf(0);
    });
  }

  /** The function's entry in the code section. */
  encode(): ByteWriter {
    const body = new ByteWriter().unsigned(this.#locals.length);
    for (const type of this.#locals) body.byte(1).byte(valueTypes[type]);
    return body.bytes(this.#code.finish()).byte(0x0b);
  }
}
