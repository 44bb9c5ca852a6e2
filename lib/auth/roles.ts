// The roles of users: groups of the user pool.
import { ApiProblem } from '../problem.ts';

/** Least role first: each role may do all that the ones before it may. */
export const roles = ['viewer', 'editor', 'admin'] as const;
export type Role = (typeof roles)[number];

/**
 * @param needed the least role that will do
 * @throws ApiProblem forbidden
 */
export function requireRole(needed: Role, held: readonly string[]): void {
  const enough = roles.slice(roles.indexOf(needed));
  if (enough.some((role) => held.includes(role))) return;
  throw new ApiProblem('forbidden', `This needs the role ${enough.join(' or ')}`);
}
