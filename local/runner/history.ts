import type { JsonObject } from './json.ts';

/** One event, flat: the service nests the details under a name made of the type, and writes JSON values as text. */
export interface HistoryEvent {
  /** From 1 up, without gaps. */
  readonly id: number;
  /** 0 where nothing came before. */
  readonly previousEventId: number;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly type: string;
  readonly details: JsonObject;
}

/** What happened in one execution, redrives included. */
export class History {
  readonly #events: HistoryEvent[];
  readonly #now: () => number;

  /** @param events what has happened already */
  constructor(now: () => number, events: readonly HistoryEvent[] = []) {
    this.#now = now;
    this.#events = [...events];
  }

  get events(): readonly HistoryEvent[] {
    return this.#events;
  }

  /** Answers the id of the new event. */
  record(type: string, previousEventId: number, details: JsonObject = {}): number {
    const id = this.#events.length + 1;
    this.#events.push({ id, previousEventId, timestamp: this.#now(), type, details });
    return id;
  }
}
