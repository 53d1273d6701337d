import type { Mode } from '../fixtures/failures.ts';

type Known = Readonly<Record<string, Readonly<Partial<Record<Mode, readonly string[]>>>>>;

/**
 * An order that was not given before its Task timed out is taken for one that the host has and is silent about: it is not
 * given again, and the operation is given up.
 */
const NOT_GIVEN_AGAIN: Mode = 'times out before its effect, once';

/** Tasks that end a story otherwise when they fail once, by the state machines of the table and the story's name. */
const KNOWN: Known = {
  'unshelve: a server on its host': { [NOT_GIVEN_AGAIN]: ['Start in place'] },
  'unshelve: an offloaded server': { [NOT_GIVEN_AGAIN]: ['Unshelve on host'] },
  'rebuild: a rebuild in place': { [NOT_GIVEN_AGAIN]: ['Rebuild on host'] },
};

/** The state machines whose stories' ends are compared; build, launch and live-migrate are still to be added. */
const COMPARED: ReadonlySet<string> = new Set(['cold-migrate', 'rebuild', 'unshelve']);

/** Whether the end of stories of these state machines is compared with their end without a failure. */
export const isCompared = (workflows: readonly string[]): boolean => workflows.every((name) => COMPARED.has(name));

/**
 * The states of the Tasks whose failure, although it passes, is known to change how a story ends. An entry that no longer
 * holds fails its test, so the list can only shrink.
 */
export const knownToDiffer = (workflows: readonly string[], story: string, mode: Mode): readonly string[] =>
  KNOWN[`${workflows.join(' ')}: ${story}`]?.[mode] ?? [];
