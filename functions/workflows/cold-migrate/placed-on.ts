import type { Json } from '#ports/json';
import { fieldsOf, plainText } from '#wire/reading';
import type { MigratingState, PlacedState } from '../cold-move.ts';

/** The state with a Selection as the destination of an attempt. */
export function placedOn(
  state: MigratingState & Partial<PlacedState>,
  selection: Json,
  { attempt, chosen }: { readonly attempt: number; readonly chosen: number },
): PlacedState {
  const { service_host: host, nodename: node } = fieldsOf(selection);
  const { reason: _reason, waited_seconds: _waited, ...kept } = state;
  const tried: [string, string][] =
    state.host === undefined ? state.tried : [...state.tried, [state.host, state.node ?? '']];
  return { ...kept, tried, attempt, chosen, host: plainText(host), node: plainText(node) };
}
