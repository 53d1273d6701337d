import type { Json, JsonMap } from '#ports/json';
import { fieldsOf, listOf, mapOf, plainText } from '#wire/reading';
import { ABSENT, differencesOf, type Difference, type Window } from '../compare.ts';
import { note } from '../normalise.ts';
import { isOnlyAskedByUs } from './documented-moves.ts';
import { sentAsRecorded } from './documented-sent.ts';
import type { RecordedTask, SentMessage, SentStep } from './recorded-task.ts';
import { asInRun } from './as-in-run.ts';
import { mapAsItsPeerReads } from './as-its-peer-reads.ts';
import type { Run } from './task-world.ts';

/** Compares the messages, each with its counterpart of the same method, host and server; servers have no order. */
export function compareSent(recorded: RecordedTask, run: Run, window: Window): Difference[] {
  const theirs = byName(recorded.steps.filter((step): step is SentStep => step.kind === 'sent'));
  const ours = byName(run.ports.sent.filter(({ method }) => !isOnlyOurs(recorded, method)));
  const names = new Set([...theirs.keys(), ...ours.keys()]);
  return [...names].flatMap((name) => {
    const [left, right] = [theirs.get(name), ours.get(name)];
    const path = `sent.${name}`;
    if (left === undefined || right === undefined)
      return [{ path, recorded: left?.args ?? ABSENT, ours: right?.args ?? ABSENT }];
    const mine = asInRun(right, run);
    const [adapted, own] = sentAsRecorded(recorded, left, { ...mine, args: mapAsItsPeerReads(left.args, mine.args) });
    return differencesOf(compared(adapted), compared(own), window, path);
  });
}

function isOnlyOurs(recorded: RecordedTask, method: string): boolean {
  const only = isOnlyAskedByUs(recorded, method);
  if (only) note('forced destinations');
  return only;
}

function byName<M extends SentMessage>(messages: readonly M[]): Map<string, M> {
  const named = new Map<string, M>();
  for (const message of messages) {
    const base = [message.method, message.host ?? message.topic, serverOf(message.args)].join(' ');
    let name = base;
    for (let count = 2; named.has(name); count += 1) name = `${base} ${count}`;
    named.set(name, message);
  }
  return named;
}

function serverOf(args: JsonMap): string {
  const [first = null] = listOf(args['instance_uuids']);
  return plainText(fieldsOf(args['instance'])['uuid'] ?? first);
}

/** A request to the scheduler has no host and no version of its own with us. */
function compared({ call, method, version, args, context }: SentMessage): Json {
  return { call, method, ...(method === 'select_destinations' ? {} : { version }), args, context: mapOf(context) };
}
