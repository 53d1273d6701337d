import type { Json } from '#ports/json';
import type { Attributes } from '#ports/tables';
import { nonEmptyText, finiteNumber } from './read.ts';

const PHASES = ['building', 'deleting'] as const;

/** What was begun last; null where nothing is under way. */
const phaseOf = (value: Json | undefined): (typeof PHASES)[number] | null =>
  PHASES.find((each) => each === value) ?? null;

/** What is remembered of a canary host. */
export type CanaryItem = ReturnType<typeof canaryItem>;

/** Reads what is remembered of a canary host; of one that had no canary yet, nothing. */
export const canaryItem = (item: Attributes | undefined) => ({
  /** The instance that is being built or deleted. */
  instance_uuid: nonEmptyText(item?.['instance_uuid']),
  phase: phaseOf(item?.['phase']),
  /** When the phase began, or the last canary ended, in epoch milliseconds. */
  since: finiteNumber(item?.['since']) ?? 0,
  /** Whether the last canary, or the one that is still there, came to nothing. */
  failed: item?.['failed'] === true,
  reason: nonEmptyText(item?.['reason']),
});
