import type { Services } from '#ports/services';
import type { LaunchState } from './state.ts';

/** The name under which an alternate is claimed for an attempt. */
export const claimName = (execution: string, attempt: number): string => `${execution}/${attempt}`;

/**
 * Withdraws what was claimed for a server that is not on its host, whoever claimed it: its request, or this execution
 * for any of its attempts, the one that had just begun among them. What others hold for it stays.
 */
export async function withdrawClaims(
  { placement }: Pick<Services, 'placement'>,
  { server: instance, request, attempt }: Pick<LaunchState, 'server' | 'request' | 'attempt'>,
  execution: string,
): Promise<void> {
  await placement.withdraw([instance], request);
  for (let each = 2; each <= attempt + 1; each += 1) await placement.withdraw([instance], claimName(execution, each));
}
