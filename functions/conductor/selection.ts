import type { Json, JsonMap, WireObject } from '#ports/json';

/** What an alternate comes with that is taken without a claim (nova.conductor.manager `build_instances`). */
const UNCLAIMED: ReadonlySet<string> = new Set(['', 'null', '{}']);

/** The allocation request of a Selection; undefined where the host is taken without a claim. */
export const toBeClaimed = (request: Json | undefined): string | undefined =>
  typeof request === 'string' && !UNCLAIMED.has(request.replaceAll(/\s/gu, '')) ? request : undefined;

/** The non-null limits of a Selection as a plain map: how they travel to a compute. */
export function selectionLimits(selection: WireObject | undefined): JsonMap {
  const limits = selection?.['nova_object.data']['limits'];
  const isMap = typeof limits === 'object' && limits !== null && !Array.isArray(limits);
  const fields = isMap ? limits['nova_object.data'] : null;
  const entries = typeof fields === 'object' && fields !== null ? Object.entries(fields) : [];
  return Object.fromEntries(entries.filter(([, value]) => value !== null));
}
