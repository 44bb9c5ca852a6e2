// Reports actions that the catalogue does not have.
import { byLikeness, closest } from '../../did-you-mean.ts';
import { shown } from '../problems/suggestions.ts';
import type { CheckContext } from './context.ts';

export function reportUnknownAction(
  name: string,
  pointer: string,
  { actions, report }: Pick<CheckContext, 'actions' | 'report'>,
): void {
  const meant = closest(name, actions.keys());
  const all = byLikeness(name, [...actions.keys()]).join(', ');
  report({
    code: 'unknown-action',
    pointer,
    message: `There is no action ${shown(name)}`,
    hint: `${meant === undefined ? '' : `Did you mean ${meant}? `}${all === '' ? 'There are no actions.' : `The actions, those most like it first: ${all}.`}`,
    ...(meant !== undefined && { fix: { replaces: 'value', pointer, with: meant } }),
  });
}
