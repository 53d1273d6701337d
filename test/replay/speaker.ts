import type { Item } from '#ports/tables';
import { ASKED, HOSTS, hostsAttribute } from '#records/operation';
import { fieldsOf, textOf } from '#wire/reading';
import { methodName, type RecordedCase } from './recorded-case.ts';

/** Who sent a recorded request, where a compute did. */
export interface Speaker {
  readonly hosts: readonly string[];
  /** It carries out an order of the conductor: `ask` for a question whether it takes a server. */
  readonly ordered: 'ask' | 'work' | undefined;
}

/** Questions to a host that may never get the server. */
const QUESTIONS: ReadonlySet<string> = new Set(['check_can_live_migrate_destination']);

/**
 * Scenarios that drive the manager of one host in a process that is named after another, or that look through all
 * records in the name of a compute: whose their requests are is not known.
 */
const MIXED = /\.test_(?:bug_(?:1595962|1764883|1879878)|numa_live_migration)\./u;

/** The host that sent a request, as which it is checked; undefined for the control services. */
export function speakerOf(recorded: RecordedCase): Speaker | undefined {
  const { from, serving, test } = recorded;
  if (!from.startsWith('compute:') || MIXED.test(test)) return undefined;
  const host = from.slice('compute:'.length);
  return { hosts: [host, ...processHost(recorded)], ordered: orderOf(serving) };
}

function orderOf(serving: string | undefined): Speaker['ordered'] {
  if (serving === undefined) return undefined;
  return QUESTIONS.has(serving) ? 'ask' : 'work';
}

/** All computes of a scenario are one process with one setting `host`, which faults name. */
function processHost(recorded: RecordedCase): string[] {
  if (!methodName(recorded).endsWith('.InstanceFault.create')) return [];
  const named = textOf(fieldsOf(recorded.args['objinst'])['host']);
  return named === undefined ? [] : [named];
}

/**
 * A server as a workflow of ours had left it with its order: it names who is at work on it. That is its host, those of
 * its migrations, and who was ordered; while it has no host whoever speaks of it.
 */
export function atWork(item: Item, others: readonly Item[], { hosts, ordered }: Speaker): Item {
  if (item.sk !== 'instance') return item;
  const moves = others.filter(({ pk, sk }) => pk === item.pk && sk.startsWith('migration#'));
  const names = [
    ...(ordered === 'work' || textOf(item['host']) === undefined ? hosts : [item['host']]),
    item['host'],
    ...moves.flatMap((move) => [move['source_compute'], move['dest_compute']]),
  ];
  return {
    ...item,
    [HOSTS]: hostsAttribute(...names.filter((name) => typeof name === 'string')),
    ...(ordered === 'ask' ? { [ASKED]: hostsAttribute(...hosts) } : {}),
  };
}
