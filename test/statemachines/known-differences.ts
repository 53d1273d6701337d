import type { Mode } from '../fixtures/failures.ts';

type Known = Readonly<Record<string, Readonly<Partial<Record<Mode, readonly string[]>>>>>;

/** Tasks that end a story otherwise when they fail once, by the state machines of the table and the story's name. */
const KNOWN: Known = {};

/** The state machines whose stories' ends are compared. */
const COMPARED: ReadonlySet<string> = new Set([
  'build',
  'cold-migrate',
  'launch',
  'live-migrate',
  'rebuild',
  'unshelve',
]);

/** Whether the end of stories of these state machines is compared with their end without a failure. */
export const isCompared = (workflows: readonly string[]): boolean => workflows.every((name) => COMPARED.has(name));

/**
 * The states of the Tasks whose failure, although it passes, is known to change how a story ends. An entry that no longer
 * holds fails its test, so the list can only shrink.
 */
export const knownToDiffer = (workflows: readonly string[], story: string, mode: Mode): readonly string[] =>
  KNOWN[`${workflows.join(' ')}: ${story}`]?.[mode] ?? [];
