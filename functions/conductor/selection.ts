import type { JsonMap, WireObject } from '#ports/json';

/** The non-null limits of a Selection as a plain map: how they travel to a compute. */
export function selectionLimits(selection: WireObject | undefined): JsonMap {
  const limits = selection?.['nova_object.data']['limits'];
  const isMap = typeof limits === 'object' && limits !== null && !Array.isArray(limits);
  const fields = isMap ? limits['nova_object.data'] : null;
  const entries = typeof fields === 'object' && fields !== null ? Object.entries(fields) : [];
  return Object.fromEntries(entries.filter(([, value]) => value !== null));
}
