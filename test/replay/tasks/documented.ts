import type { Json, JsonMap } from '#ports/json';
import type { NotificationStep, RecordedTask } from './recorded-task.ts';
import type { Held } from './scripted-placement.ts';
import type { SentMessage } from './scripted-ports.ts';

export function sentAsRecorded<A extends SentMessage, B extends SentMessage>(
  _recorded: RecordedTask,
  theirs: A,
  ours: B,
): [SentMessage, SentMessage] {
  return [theirs, ours];
}
export function heldAsRecorded(_recorded: RecordedTask, theirs: Held, ours: Held): [Held, Held] {
  return [theirs, ours];
}
export function deallocationsAsRecorded(_recorded: RecordedTask, theirs: Json[], ours: Json[]): [Json[], Json[]] {
  return [theirs, ours];
}
export function notificationsAsRecorded(
  _recorded: RecordedTask,
  theirs: readonly NotificationStep[],
  ours: JsonMap[],
): [JsonMap[], JsonMap[]] {
  return [
    theirs
      .filter(({ versioned }) => !versioned)
      .map(({ message: { event_type = null, priority = null, publisher_id = null, payload = null } }) => ({
        event_type,
        priority,
        publisher_id,
        payload,
      })),
    ours,
  ];
}
type Items = Map<string, Record<string, Json>>;
export function itemsAsRecorded(_recorded: RecordedTask, own: Items, all: Items, ours: Items): [Items, Items, Items] {
  return [own, all, ours];
}
