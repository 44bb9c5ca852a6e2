// Help while expressions are written: names to choose from, and what a name stands for.
import { autocompletion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import type { Extension } from '@codemirror/state';
import { hoverTooltip } from '@codemirror/view';
import { asksForOffers, type ExpressionHelp } from '../check/expression-help.ts';
import type { Explained } from '../check/help-text.ts';

/** Roots and fields stand before functions. */
const BOOST = { field: 2, root: 1, function: 0 } as const;
const TYPES = { field: 'property', root: 'namespace', function: 'function' } as const;

export function expressionHelp(help: ExpressionHelp): readonly Extension[] {
  return [
    autocompletion({ override: [(context) => completions(help, context)], icons: false }),
    hoverTooltip(async (_, offset) => {
      const found = await help.explain({ offset });
      if (!found) return null;
      const last = await help.lastValue(found.names);
      return {
        pos: found.from,
        end: found.to,
        create: () => ({ dom: tooltip(found, last) }),
      };
    }),
  ];
}

async function completions(
  help: ExpressionHelp,
  context: CompletionContext,
): Promise<CompletionResult | null> {
  const { state, pos, explicit } = context;
  if (!explicit && !asksForOffers(state.sliceDoc(Math.max(0, pos - 20), pos))) return null;
  const found = await help.offers({ offset: pos });
  if (!found || found.offers.length === 0) return null;
  return {
    from: found.from,
    options: found.offers.map(({ text, kind, type }) => ({
      label: text,
      detail: type,
      type: TYPES[kind],
      boost: BOOST[kind],
    })),
    validFor: /^\$?\w*$/,
  };
}

function tooltip({ names, type }: Explained, last: string | undefined): HTMLElement {
  const dom = document.createElement('div');
  dom.className = 'cm-explained';
  const head = dom.appendChild(document.createElement('p'));
  head.appendChild(document.createElement('code')).textContent = names.join('.');
  head.append(`: ${type}`);
  if (last !== undefined) dom.appendChild(document.createElement('p')).textContent = `Last run: ${last}`;
  return dom;
}
