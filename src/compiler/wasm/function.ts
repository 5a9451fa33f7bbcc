import { type Bytes, writeFloat32, writeFloat64, writeSigned32, writeSigned64, writeSized, writeUnsigned } from "./bytes.ts";
import { type Instruction, type MemoryInstruction, memory, plain, prefixed, type ValueType, valueTypes } from "./opcodes.ts";

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
  readonly #code: Bytes = [];

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
    this.#code.push(0x20);
    writeUnsigned(this.#code, local.index);
    return this;
  }

  set(local: Local): this {
    this.#code.push(0x21);
    writeUnsigned(this.#code, local.index);
    return this;
  }

  tee(local: Local): this {
    this.#code.push(0x22);
    writeUnsigned(this.#code, local.index);
    return this;
  }

  const(type: Exclude<ValueType, "v128" | "i64">, value: number): this {
    if (type === "i32") {
      this.#code.push(0x41);
      writeSigned32(this.#code, value);
    } else if (type === "f32") {
      this.#code.push(0x43);
      writeFloat32(this.#code, value);
    } else {
      this.#code.push(0x44);
      writeFloat64(this.#code, value);
    }
    return this;
  }

  constI64(value: bigint): this {
    this.#code.push(0x42);
    writeSigned64(this.#code, value);
    return this;
  }

  op(...instructions: readonly Instruction[]): this {
    for (const instruction of instructions) {
      if (instruction in plain) this.#code.push(plain[instruction as keyof typeof plain]);
      else {
        const [prefix, opcode] = prefixed[instruction as keyof typeof prefixed];
        this.#code.push(prefix);
        writeUnsigned(this.#code, opcode);
      }
    }
    return this;
  }

  /** A load or store at the address on the stack plus `offset` bytes. */
  memory(instruction: MemoryInstruction, offset = 0): this {
    const [opcode, alignment] = memory[instruction];
    this.#code.push(...opcode);
    writeUnsigned(this.#code, alignment);
    writeUnsigned(this.#code, offset);
    return this;
  }

  /** Copies `bytes` (all on the stack: destination, source, length). */
  memoryCopy(): this {
    this.#code.push(0xfc, 10, 0, 0);
    return this;
  }

  /** Fills with zero bytes or another byte (on the stack: destination, byte, length). */
  memoryFill(): this {
    this.#code.push(0xfc, 11, 0);
    return this;
  }

  call(functionIndex: number): this {
    this.#code.push(0x10);
    writeUnsigned(this.#code, functionIndex);
    return this;
  }

  /** A block that `br(0)` in its body leaves. */
  block(body: () => void): this {
    this.#code.push(0x02, emptyBlock);
    body();
    this.#code.push(0x0b);
    return this;
  }

  /** A block that `br(0)` in its body starts again. */
  loop(body: () => void): this {
    this.#code.push(0x03, emptyBlock);
    body();
    this.#code.push(0x0b);
    return this;
  }

  /** On the stack: the condition. Leaves nothing, or a value of `type`. */
  if(then: () => void, otherwise?: () => void, type?: ValueType): this {
    this.#code.push(0x04, type === undefined ? emptyBlock : valueTypes[type]);
    then();
    if (otherwise !== undefined) {
      this.#code.push(0x05);
      otherwise();
    }
    this.#code.push(0x0b);
    return this;
  }

  br(depth: number): this {
    this.#code.push(0x0c);
    writeUnsigned(this.#code, depth);
    return this;
  }

  brIf(depth: number): this {
    this.#code.push(0x0d);
    writeUnsigned(this.#code, depth);
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
  encode(): Bytes {
    const body: Bytes = [];
    writeUnsigned(body, this.#locals.length);
    for (const type of this.#locals) body.push(1, valueTypes[type]);
    for (const byte of this.#code) body.push(byte);
    body.push(0x0b);
    const out: Bytes = [];
    writeSized(out, body);
    return out;
  }
}
