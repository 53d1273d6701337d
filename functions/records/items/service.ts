import { all, any, atMost, equals, type Condition } from '#ports/conditions';
import type { Attributes } from '#ports/tables';
import type { Json } from '#ports/json';
import { mapOf } from '#wire/reading';
import { finiteNumber, nonEmptyText } from './read.ts';

/** A service of a host as it lies in its cell's table. */
export type ServiceItem = ReturnType<typeof serviceItem>;

/** Reads a service's item; times are `YYYY-MM-DDTHH:MM:SSZ`. */
export function serviceItem(item: Attributes) {
  return {
    id: finiteNumber(item['id']),
    uuid: nonEmptyText(item['uuid']),
    host: nonEmptyText(item['host']),
    binary: nonEmptyText(item['binary']),
    topic: nonEmptyText(item['topic']),
    version: finiteNumber(item['version']) ?? 0,
    disabled: item['disabled'] === true,
    disabled_reason: nonEmptyText(item['disabled_reason']),
    forced_down: item['forced_down'] === true,
    last_seen_up: nonEmptyText(item['last_seen_up']),
    created_at: nonEmptyText(item['created_at']),
    updated_at: nonEmptyText(item['updated_at']),
    deleted: item['deleted'] === true,
    said: saidOf(item[FORCED]),
    /** Whether placement has been asked to offer the host's nodes. */
    offered: item[OFFERED] !== false,
    /** The process that was heard last. */
    process: nonEmptyText(item[PROCESS]),
    /** When a heartbeat was last stored that came by the function URL of the cell. As Nova writes times. */
    direct_at: nonEmptyText(item[DIRECT]),
    /** When it last read its servers while it was not up: it starts. As Nova writes times. */
    started_at: nonEmptyText(item[STARTED]),
  };
}

const STARTED = 'op:started_at';

/** What is noted when a host that starts reads which servers it has. */
export const starts = (at: string): Attributes => ({ [STARTED]: at });

/** It has given no sign of life after that time: neither a report nor a start. @param at as Nova writes times */
export const silentSince = (at: string): Condition => all(notAfter('last_seen_up', at), notAfter(STARTED, at));

const notAfter = (name: string, at: string): Condition => any(equals(name, null), atMost(name, at));

/** What a person has said of a host: that it is dead, or that it is not after all. */
export interface SaidOfHost {
  readonly down: boolean;
  readonly by: string;
  /** As Nova writes times. */
  readonly at: string;
  readonly reason: string;
}

const FORCED = 'op:forced';

/** What is written of a host when a person says so. */
export const forced = (said: SaidOfHost): Attributes => ({ forced_down: said.down, [FORCED]: { ...said } });

function saidOf(value: Json | undefined): SaidOfHost | undefined {
  const { down, by, at, reason } = mapOf(value);
  if (typeof by !== 'string' || typeof at !== 'string' || typeof reason !== 'string') return undefined;
  return { down: down === true, by, at, reason };
}

const OFFERED = 'op:offered';

/** What is noted once placement knows whether the host's nodes may be found. */
export const offered = (isOffered: boolean): Attributes => ({ [OFFERED]: isOffered });

const PROCESS = 'op:process';

/** What is noted with a heartbeat: which process of the host it came from. */
export const heardFrom = (process: string | undefined): Attributes =>
  process === undefined ? {} : { [PROCESS]: process };

const DIRECT = 'op:direct_at';

/** What is noted with a heartbeat that came by the function URL. */
export const heardDirectly = (at: string): Attributes => ({ [DIRECT]: at });

const FOUND_DOWN = 'op:found_down';

/** When a host was found down, in epoch milliseconds, and the heartbeat that it had been last heard by. */
interface FoundDown {
  readonly heard: string;
  readonly at: number;
}

/**
 * Reads what is noted of a host that was found down; `heard` changes with everything that makes the finding a new one.
 */
export function foundDownItem(item: Attributes) {
  const { host, last_seen_up, created_at, forced_down } = serviceItem(item);
  const { heard, at } = mapOf(item[FOUND_DOWN]);
  const found: FoundDown | undefined = typeof heard === 'string' && typeof at === 'number' ? { heard, at } : undefined;
  return { host, heard: `${last_seen_up ?? created_at}${forced_down ? ' forced' : ''}`, foundDown: found };
}

/** The note of a finding. */
export const foundDown = (heard: string, at: number): Attributes => ({ [FOUND_DOWN]: { heard, at } });
