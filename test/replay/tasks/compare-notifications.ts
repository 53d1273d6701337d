import type { Json, JsonMap } from '#ports/json';
import { fieldsOf, mapOf, plainText } from '#wire/reading';
import { ABSENT, differencesOf, type Difference, type Window } from '../compare.ts';
import { notificationsAsRecorded, serverOf } from './documented-effects.ts';
import type { NotificationStep, RecordedTask } from './recorded-task.ts';
import { asInRun } from './as-in-run.ts';
import { asItsPeerReads } from './as-its-peer-reads.ts';
import type { Run } from './task-world.ts';

/** Compares the events of the notification bus, each with its counterpart of the same type, server and turn. */
export function compareNotifications(recorded: RecordedTask, run: Run, window: Window): Difference[] {
  const steps = recorded.steps.filter((step): step is NotificationStep => step.kind === 'notification');
  const own = run.platform.notifier.sent.map(
    ({ family, eventType, priority, publisherId, payload }): JsonMap => ({
      family,
      event_type: eventType,
      priority,
      publisher_id: publisherId,
      payload: asInRun(payload, run),
    }),
  );
  const [adapted, ours] = notificationsAsRecorded(recorded, steps, own);
  const [left, right] = [byName(adapted), byName(ours)];
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((name) => {
    const [theirs, mine] = [left.get(name) ?? ABSENT, right.get(name) ?? ABSENT];
    return differencesOf(theirs, asItsPeerReads(theirs, mine), window, `notification.${name}`);
  });
}

/**
 * `order of hosts`: Nova publishes an aggregate's host that is down while another one is asked, ours in its turn. The
 * progress of each host is compared with its own, without its place.
 */
function byName(events: readonly JsonMap[]): Map<string, Json> {
  const counts = new Map<string, number>();
  const inTurn = (name: string): string => {
    const turn = (counts.get(name) ?? 0) + 1;
    counts.set(name, turn);
    return turn === 1 ? name : `${name} #${turn}`;
  };
  return new Map(
    events.map((event) => {
      const name = `${plainText(event['event_type'])} ${serverOf(mapOf(event['payload']))}`;
      const { host, index, ...progress } = fieldsOf(event['payload']);
      if (index === undefined) return [inTurn(name), event];
      return [inTurn(`${name} ${plainText(host)}`), { ...event, payload: progress }];
    }),
  );
}
