// Literal pictures and time zones of the functions of time, with which these give nonsense instead of failing.
import type { ProblemCode } from '../problems/codes.ts';
import { shown } from '../problems/suggestions.ts';
import type { Node } from './syntax-tree.ts';

/** The places of the picture and of the time zone among the arguments. */
const PLACES: Readonly<Record<string, { readonly picture: number; readonly zone?: number }>> = {
  now: { picture: 0, zone: 1 },
  fromMillis: { picture: 1, zone: 2 },
  toMillis: { picture: 1 },
};

/**
 * jsonata.org, "Date/Time functions": `±HHMM`. jsonata 2.0.6 reads five minutes from +05:30, NaN from a name, and takes
 * the minutes of an offset west of Greenwich for an hour more: -0330 gives the time of -0430.
 */
const OFFSET = /^(?:\+(?:0\d|1[0-4])[0-5]\d|-(?:0\d|1[0-2])00)$/;
/**
 * A part of a picture (XPath and XQuery Functions and Operators 3.1, section 9.8.4.1): its letter, then digits, or letters
 * for names, words, Roman numbers or those of an alphabet. jsonata 2.0.6 fails on others, as on [YYYY], or writes `undefined`.
 */
const PART = /^[YMDdFWwXxHhPmsfZzEC](?:[AaIiWwNn#\d][^,]*)?(?:,.*)?$/;
const WEST_WITH_MINUTES = /^(?:UTC|GMT)?-\d{1,2}:?[0-5]\d$/i;

interface Found {
  readonly code: ProblemCode;
  readonly message: string;
  readonly hint: string;
}

/** @param given the arguments, with undefined for one that is not written in the call */
export function timeFormatProblem(name: string, given: readonly (Node | undefined)[]): Found | undefined {
  const { picture: at, zone: zoneAt } = PLACES[name] ?? {};
  if (at === undefined) return undefined;
  const picture = literalText(given[at]);
  if (picture !== undefined) {
    const parts = [...picture.replace(/\[\[|\]\]/g, '').matchAll(/\[([^\]]*)\]/g)].map(
      ([, part = '']) => part,
    );
    const unknown = parts.find((part) => !PART.test(part.replace(/\s/g, '')));
    if (parts.length === 0 || unknown !== undefined)
      return {
        code: 'unlikely-format',
        message:
          unknown === undefined
            ? `${shown(picture)} has no part of a time in it`
            : `${shown(picture)} has a part [${unknown}], which JSONata does not know`,
        hint: 'A picture names its parts in brackets: "[Y0001]-[M01]-[D01] [H01]:[m01]".',
      };
  }
  const zone = zoneAt === undefined ? undefined : literalText(given[zoneAt]);
  if (zone === undefined || OFFSET.test(zone)) return undefined;
  return {
    code: 'unlikely-format',
    message: `${shown(zone)} is no offset from UTC, and gives a wrong time`,
    hint: offsetHint(zone),
  };
}

function offsetHint(zone: string): string {
  const known = 'JSONata knows offsets such as "+0100" and "-0500", and no names of time zones';
  const [, sign, hours = '', minutes = '00'] = /^(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?$/i.exec(zone) ?? [];
  if (WEST_WITH_MINUTES.test(zone) && minutes !== '00') {
    return `JSONata computes wrongly with minutes west of Greenwich: take them off the time itself, with ${minutes} * 60000, and write "-${hours.padStart(2, '0')}00".`;
  }
  if (sign !== undefined) return `${known}: write "${sign}${hours.padStart(2, '0')}${minutes}".`;
  return /^(?:Z|UTC|GMT)?$/i.test(zone) ? `${known}: write "+0000", or leave it out.` : `${known}.`;
}

function literalText(node: Node | undefined): string | undefined {
  return node?.type === 'string' ? String(node.value) : undefined;
}
