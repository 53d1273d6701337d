import type { Json } from '#ports/json';
import type { Attributes } from '#ports/tables';
import { numberOf, textOf } from '#wire/reading';
import { nonEmptyText } from './read.ts';

/** A call to a compute, and its answer once it has come. */
export type WaitingCallItem = ReturnType<typeof waitingCallItem>;

/** Reads the item of a call. */
export function waitingCallItem(item: Attributes) {
  return {
    /** Token of the Task that waits; undefined when none does. */
    token: textOf(item['token']),
    /** The host that is asked. */
    host: nonEmptyText(item['host']),
    answered: item['answered'] === true,
    /** When the call was made, in epoch milliseconds; a call of an earlier release has no time. */
    asked_at: numberOf(item['asked_at']) ?? 0,
    /** What was answered, as the sealer sealed it; undefined where that was nothing but that it is done. */
    sealed: textOf(item['sealed']),
  };
}

/** The Task by which an execution waits for a server. */
export type WaitingTaskItem = ReturnType<typeof waitingTaskItem>;

/** Reads the item of a Task that waits. */
export function waitingTaskItem(item: Attributes) {
  return {
    token: textOf(item['token']),
    /** Number of the attempt that it waits for; 0 where the operation counts none. */
    attempt: numberOf(item['attempt']) ?? 0,
  };
}

/** A call of a publisher that was carried out. */
export type ServedCallItem = ReturnType<typeof servedCallItem>;

/** Reads the item of a call that was carried out. */
export const servedCallItem = (item: Attributes): { readonly answer: Json } => ({
  /** What its caller was answered. */
  answer: item['answer'] ?? null,
});
