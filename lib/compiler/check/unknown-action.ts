// Reports actions that the catalogue does not have.
import { shown, suggestion } from '../problems/suggestions.ts';
import type { CheckContext } from './context.ts';

export function reportUnknownAction(
  name: string,
  pointer: string,
  { actions, report }: Pick<CheckContext, 'actions' | 'report'>,
): void {
  const provider = name.split('.')[0];
  const ofProvider = [...actions.keys()].filter((id) => id.startsWith(`${provider}.`));
  const candidates = ofProvider.length > 0 ? ofProvider : [...actions.keys()];
  report({
    code: 'unknown-action',
    pointer,
    message: `There is no action ${shown(name)}`,
    hint: suggestion(name, candidates, ofProvider.length > 0 ? `actions of ${provider}` : 'actions'),
  });
}
