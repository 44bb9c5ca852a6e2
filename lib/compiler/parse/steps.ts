// Steps of a document, and the steps within them: JSON to typed steps.
import type * as z from 'zod';
import { closest } from '../../did-you-mean.ts';
import { isObject } from '../../json.ts';
import { pointerTo } from '../../json-pointer.ts';
import { STEP_ID } from '../../workflow-format/names.ts';
import { type StepKind, stepKinds } from '../../workflow-format/steps.ts';
import { WORKFLOW_STATES } from '../asl/state-names.ts';
import type { Report } from '../problems/problem.ts';
import { Refused } from '../problems/refused.ts';
import { shown } from '../problems/suggestions.ts';
import type { ParsedStep } from '../tree/parsed.ts';
import type { CurrentDocument } from './older-format/upgrade.ts';
import { soundAgent, without } from './sound-parts.ts';
import { reportIssues, reportMissing, typeName } from './zod-issues.ts';

const KINDS = Object.keys(stepKinds);

/**
 * With those within others. A thousand that do something fill the definition, which has a limit in bytes and an execution one
 * in events; more than this are refused before they take long.
 */
export const MAX_STEPS = 5000;

export class StepParser {
  /** Ids of steps whose output is unknown because of a mistake. */
  readonly broken = new Set<string>();
  readonly #report: Report;
  /** Ids are unique in the whole workflow: they are the names of states. */
  readonly #seen = new Map<string, string>();
  #steps = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  /**
   * @param owner what the list belongs to, for messages
   * @throws Refused when the workflow has too many of them
   */
  steps(raw: unknown, pointer: string, owner: string, current?: CurrentDocument): ParsedStep[] {
    if (!Array.isArray(raw)) {
      const name = pointer.slice(pointer.lastIndexOf('/') + 1);
      this.#report({ code: 'wrong-type', pointer, message: `${name} must be a list, not ${typeName(raw)}` });
      return [];
    }
    if (raw.length === 0) {
      this.#report({ code: 'no-steps', pointer, message: `${owner} needs at least one step` });
    }
    this.#steps += raw.length;
    if (this.#steps > MAX_STEPS) throw tooManySteps();
    return raw.flatMap((item: unknown, index) => {
      const at = current?.stepPointers?.[index] ?? pointerTo(pointer, index);
      return this.#step(item, at, current?.valuesPointers?.[index]);
    });
  }

  #step(raw: unknown, pointer: string, valuesPointer: string | undefined): ParsedStep[] {
    const id = isObject(raw) ? raw['id'] : undefined;
    const named = typeof id === 'string' && STEP_ID.test(id) ? id : undefined;
    const before = named === undefined ? undefined : this.#seen.get(named);
    if (named !== undefined && before === undefined) this.#seen.set(named, pointer);
    if (named === WORKFLOW_STATES) {
      this.#report({
        code: 'reserved-name',
        pointer: pointerTo(pointer, 'id'),
        message: `A step cannot have the id ${named}: names of states in the compiled workflow begin with it`,
        hint: `Use another name, such as ${named}_1.`,
      });
    }
    const parsed = parseStep(raw, pointer, valuesPointer, this.#report);
    const inner = isObject(raw) ? this.#inner(raw, pointer) : new Map<string, ParsedStep[]>();
    if (before !== undefined) {
      this.#report({
        code: 'duplicate-step',
        pointer: pointerTo(pointer, 'id'),
        message: `Two steps have the id ${named}`,
        hint: `The other one is at ${before}. Give one of them another id.`,
      });
      return [];
    }
    if (!parsed && named !== undefined) this.broken.add(named);
    return parsed ? [{ ...parsed, inner }] : [];
  }

  /** Steps within a step are read whatever is wrong with the step itself. */
  #inner(raw: Record<string, unknown>, pointer: string): Map<string, ParsedStep[]> {
    const inner = new Map<string, ParsedStep[]>();
    const read = (key: string, value: unknown, at: string, owner: string): void => {
      if (Array.isArray(value)) inner.set(key, this.steps(value, at, owner));
    };
    read('steps', raw['steps'], pointerTo(pointer, 'steps'), 'A loop');
    if (Array.isArray(raw['switch'])) {
      raw['switch'].forEach((item: unknown, index) => {
        if (!isObject(item)) return;
        read(`switch/${index}`, item['steps'], pointerTo(pointer, 'switch', index, 'steps'), 'A case');
      });
    }
    read('else', raw['else'], pointerTo(pointer, 'else'), 'else');
    if (isObject(raw['parallel'])) {
      for (const [name, value] of Object.entries(raw['parallel']))
        read(`parallel/${name}`, value, pointerTo(pointer, 'parallel', name), 'A branch');
    }
    read('on_error', raw['on_error'], pointerTo(pointer, 'on_error'), 'on_error');
    return inner;
  }
}

function tooManySteps(): Refused {
  return new Refused({
    code: 'too-many',
    pointer: '',
    message: `A workflow can have ${MAX_STEPS} steps, with those within others, and this one has more`,
    hint: 'Split it into several workflows, or loop over a list.',
  });
}

function parseStep(
  raw: unknown,
  pointer: string,
  valuesPointer: string | undefined,
  report: Report,
): Omit<ParsedStep, 'inner'> | undefined {
  if (!isObject(raw)) {
    report({ code: 'wrong-type', pointer, message: `A step must be an object, not ${typeName(raw)}` });
    return undefined;
  }
  const kind = stepKind(raw, pointer, report);
  if (!kind) {
    if (raw['id'] === undefined) reportMissing('id', pointer, report);
    return undefined;
  }
  const schema: z.ZodObject = stepKinds[kind];
  const parsed = stepKinds[kind].safeParse(raw);
  const at = (path: readonly PropertyKey[]): string =>
    path[0] === 'params' && valuesPointer !== undefined
      ? pointerTo(valuesPointer, ...path.slice(1))
      : pointerTo(pointer, ...path);
  const where = {
    kind,
    pointer,
    // Without params, a missing parameter is reported at the step.
    valuesPointer: valuesPointer ?? valuesOf(raw, kind, pointer),
  };
  if (parsed.success) {
    if (kind === 'set') reportVariableNames(raw, pointer, report);
    return { step: parsed.data, ...where };
  }
  reportIssues(parsed.error.issues, raw, at, Object.keys(schema.shape), report, kind);
  // The sound part of the step is still checked, so that one mistake does not hide others.
  const outer = parsed.error.issues.filter(({ path }) => kind !== 'agent' || path[0] !== 'agent');
  const sound = without(kind === 'agent' ? soundAgent(raw, parsed.error.issues) : raw, outer);
  const rest = stepKinds[kind].safeParse(sound);
  return rest.success ? { step: rest.data, ...where } : undefined;
}

function valuesOf(raw: Record<string, unknown>, kind: StepKind, pointer: string): string {
  const key = kind === 'action' ? 'params' : kind === 'workflow' ? 'input' : kind;
  return raw[key] === undefined ? pointer : pointerTo(pointer, key);
}

function stepKind(raw: Record<string, unknown>, pointer: string, report: Report): StepKind | undefined {
  const kinds = (Object.keys(stepKinds) as StepKind[]).filter((key) => Object.hasOwn(raw, key));
  const [kind, second] = kinds;
  if (kind === undefined) {
    const meant = Object.keys(raw)
      .map((key) => ({ key, kind: closest(key, KINDS) }))
      .find((found) => found.kind !== undefined);
    report({
      code: 'no-step-kind',
      pointer,
      message: 'Nothing says what this step does',
      hint: `${meant ? `Did you mean ${meant.kind} instead of ${meant.key}? ` : ''}A step has one of the keys ${KINDS.join(', ')}.`,
      ...(meant?.kind !== undefined && {
        fix: { replaces: 'key', pointer: pointerTo(pointer, meant.key), with: meant.kind },
      }),
    });
    return undefined;
  }
  if (second !== undefined) {
    report({
      code: 'several-step-kinds',
      pointer,
      message: `A step does one thing, but this one has ${kinds.join(' and ')}`,
      hint: 'Split it into several steps.',
    });
    return undefined;
  }
  return kind;
}

function reportVariableNames(raw: Record<string, unknown>, pointer: string, report: Report): void {
  for (const name of Object.keys(isObject(raw['set']) ? raw['set'] : {})) {
    if (STEP_ID.test(name)) continue;
    report({
      code: 'invalid-id',
      pointer: pointerTo(pointer, 'set', name),
      message: `${shown(name)} cannot name a variable`,
      hint: 'Letters, digits and _, beginning with a letter or _, at most 64.',
    });
  }
}
