import type { Attributes } from '#ports/tables';
import { nonEmptyText } from './read.ts';

/** The namespace in which the fencing agent speaks. */
export const FENCING = 'fencing';

/** How a host stands to the operator's fencing agent: asked about, answered, or released by a person. */
export type FenceState = 'asked' | 'off' | 'refused' | 'failed' | 'released';

const STATES: readonly FenceState[] = ['asked', 'off', 'refused', 'failed', 'released'];

/** Where it is kept, beside the record of the host's compute service. */
export const FENCE = {
  id: 'op:fence:id',
  state: 'op:fence:state',
  at: 'op:fence:at',
  by: 'op:fence:by',
  detail: 'op:fence:detail',
} as const;

/** The last word on a host. */
export interface Fence {
  /** Of the request; asked again it is the same for the same silence. */
  readonly id: string;
  readonly state: FenceState;
  /** As Nova writes times. */
  readonly at: string;
  /** Who said so: a principal, a person, or the conductor that asks. */
  readonly by: string;
  readonly detail: string;
}

/** Reads it off the item of a service; undefined where nobody was asked. */
export function fenceItem(item: Attributes): Fence | undefined {
  const state = STATES.find((each) => each === item[FENCE.state]);
  const id = nonEmptyText(item[FENCE.id]);
  if (state === undefined || id === null) return undefined;
  const text = (name: string): string => nonEmptyText(item[name]) ?? '';
  return { id, state, at: text(FENCE.at), by: text(FENCE.by), detail: text(FENCE.detail) };
}

/** What is written of it. */
export const fenced = ({ id, state, at, by, detail }: Fence): Attributes => ({
  [FENCE.id]: id,
  [FENCE.state]: state,
  [FENCE.at]: at,
  [FENCE.by]: by,
  [FENCE.detail]: detail,
});

/**
 * What a service that registers anew takes over of the one before it: that it is off, until a person releases it, and
 * nothing that the agent was asked.
 */
export function fenceOfNewService(before: Attributes): Attributes {
  const fence = fenceItem(before);
  if (fence === undefined) return {};
  if (fence.state === 'off') return { forced_down: true };
  return Object.fromEntries(Object.values(FENCE).map((name) => [name, null]));
}
