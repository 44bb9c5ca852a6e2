// The roles of users: groups of the user pool.
import * as z from 'zod';
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

const roleNames = z.union([z.array(z.string()), z.string().transform((text) => text.split(' '))]).catch([]);

/** The roles that a token's claim names, a list or a text with spaces; others in it mean nothing here. */
export function rolesIn(claim: unknown): readonly Role[] {
  const names = roleNames.parse(claim);
  return roles.filter((role) => names.includes(role));
}
