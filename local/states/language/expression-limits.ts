// Limits of one evaluation in time, memory and depth.
//
// Step Functions has such limits and does not document them. The depth, the memory and the messages were measured on
// AWS in https://github.com/floci-io/floci/issues/2737; the time is what AWS documents for JSONata in another of its
// services, with the same depth (AWS Elemental Inference user guide, "Expression limits and guardrails").
import { getHeapStatistics } from 'node:v8';
import type jsonata from 'jsonata';
import { isObject } from '../model/json.ts';

/** Nested parts of an expression. */
const MAX_DEPTH = 100;
/** Processor time of this thread, so that an evaluation on a busy machine is not cut short. */
const MAX_CPU_MS = 1000;
/** The size of one list or string, at 8 bytes an item and 1 a character. */
const MAX_BYTES = 6_990_256;
/** The most values of a list, or of a result as a whole. */
export const MAX_ITEMS = MAX_BYTES / 8;

/** Growth of the heap, where many values are each within the limit: a guard of this engine's own. */
const MAX_HEAP_GROWTH = 256 * 1024 * 1024;

/** The time is checked once in so many parts, the heap once in so many, and after so many bytes of values. */
const PARTS_A_TIME_CHECK = 16;
const PARTS_A_HEAP_CHECK = 1024;
const BYTES_A_HEAP_CHECK = 4 * MAX_BYTES;

export class LimitExceeded extends Error {
  override readonly name = 'LimitExceeded';
}

export const tooDeep =
  'Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive.';
export const tooLong = 'Expression evaluation timeout: Check for infinite loop';
export const tooLarge = 'Expression evaluation memory limit exceeded: Check for excessive memory usage';

/** Some of jsonata's own functions call themselves as often as their argument is large: Roman numerals do. */
export function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message === 'Maximum call stack size exceeded';
}

/** The key of the watch among an evaluation's variables: no variable of an expression can have such a name. */
const WATCH = '\0watch';

/** jsonata calls the functions bound to these before and after it evaluates each part. */
const ENTRY = Symbol.for('jsonata.__evaluate_entry');
const EXIT = Symbol.for('jsonata.__evaluate_exit');

class Watch {
  readonly #began = cpuMs();
  readonly #beganAt = performance.now();
  readonly #heap = getHeapStatistics().used_heap_size;
  #depth = 0;
  #parts = 0;
  #bytes = 0;

  enter(): void {
    if (++this.#depth > MAX_DEPTH) throw new LimitExceeded(tooDeep);
    if (++this.#parts % PARTS_A_TIME_CHECK !== 0) return;
    if (this.#parts % PARTS_A_HEAP_CHECK === 0) this.#checkHeap();
    if (performance.now() - this.#beganAt < MAX_CPU_MS) return;
    if (cpuMs() - this.#began > MAX_CPU_MS) throw new LimitExceeded(tooLong);
  }

  #checkHeap(): void {
    this.#bytes = 0;
    const { used_heap_size: heap } = getHeapStatistics();
    if (heap - this.#heap > MAX_HEAP_GROWTH) throw new LimitExceeded(tooLarge);
  }

  leave(result: unknown): void {
    this.#depth -= 1;
    const bytes = typeof result === 'string' ? result.length : Array.isArray(result) ? result.length * 8 : 0;
    if (bytes > MAX_BYTES) throw new LimitExceeded(tooLarge);
    this.#bytes += bytes;
    if (this.#bytes > BYTES_A_HEAP_CHECK) this.#checkHeap();
  }
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

interface Frame {
  lookup(name: string): unknown;
}

function watchOf(frame: Frame): Watch | undefined {
  const found = frame.lookup(WATCH);
  return found instanceof Watch ? found : undefined;
}

/** jsonata binds symbols as it does names. */
interface Binding {
  assign(name: string | symbol, value: unknown): void;
}

/** Has an expression's evaluations watched. Gives the function that adds the watch to the variables of one evaluation. */
export function watched(
  expression: jsonata.Expression,
): (bindings: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>> {
  expression.registerFunction('pad', pad, '<s-ns?:s>');
  const binding: Binding = expression;
  binding.assign(ENTRY, (_part: unknown, _input: unknown, frame: Frame) => watchOf(frame)?.enter());
  binding.assign(EXIT, (_part: unknown, _input: unknown, frame: Frame, result: unknown) =>
    watchOf(frame)?.leave(result),
  );
  return (bindings) => ({ ...bindings, [WATCH]: new Watch() });
}

/** As jsonata's own, which would fill the memory before the next check. */
function pad(text: string | undefined, width: number, fill?: string): string | undefined {
  if (text === undefined) return undefined;
  const missing = Math.abs(width) - [...text].length;
  if (missing <= 0) return text;
  if (missing > MAX_BYTES) throw new LimitExceeded(tooLarge);
  if (!Number.isInteger(missing)) throw new RangeError('Invalid array length');
  const unit = fill || ' ';
  const padding = unit.length === 1 ? unit.repeat(missing) : characters(unit, missing);
  return width < 0 ? padding + text : text + padding;
}

function characters(unit: string, count: number): string {
  return [...unit.repeat(count)].slice(0, count).join('');
}

/** Whether the expression is nested deeper than an evaluation may be. */
export function isDeep(tree: unknown): boolean {
  return depthOf(tree) > MAX_DEPTH;
}

/** At least the depth of its evaluation. */
function depthOf(value: unknown): number {
  const inner = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  const deepest = inner.reduce<number>((max, item) => Math.max(max, depthOf(item)), 0);
  return isNode(value) ? deepest + 1 : deepest;
}

function isNode(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && typeof value['type'] === 'string';
}
