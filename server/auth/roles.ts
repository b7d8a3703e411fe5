// What a token allows.

/** From the least to the most; each may do what those before it may. */
export const roles = ['predict', 'read', 'admin'] as const;

/**
 * `predict`: inference, and what a client needs to know of a model. `read`: what the admin API tells, and metrics.
 * `admin`: everything.
 */
export type Role = (typeof roles)[number];

/** The role of this name; undefined where there is none. */
export function roleNamed(name: string): Role | undefined {
  return roles.find((role) => role === name);
}

/** Whether `role` may do what needs `needed`. */
export function covers(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}
