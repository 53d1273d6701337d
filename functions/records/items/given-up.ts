import type { Attributes } from '#ports/tables';
import type { Operation } from '#records/operation';
import { mapOf } from '#wire/reading';
import { nonEmptyText } from './read.ts';

/**
 * Set for each host that was given up in the middle of its work on the server, until it is given the server anew:
 * it may only hang, and not know.
 */
export const givenUpBy = (host: string): `op:${string}` => `op:given-up:${host}`;

/** What that host was last answered without its being written: a time and the method, as one text. */
export const actedBy = (host: string): `op:${string}` => `op:acted:${host}`;

/** The request by which that host is ordered to destroy its guest of the server, while it is. */
export const destroyedBy = (host: string): `op:${string}` => `op:destroyed:${host}`;

/** What is noted of a call that was answered without being carried out. @param at as Nova writes times */
export const acted = (host: string, at: string, method: string): Attributes => ({ [actedBy(host)]: `${at} ${method}` });

/**
 * The request in whose work that host was given up last. It stays when the host is given the server anew, by another
 * request: what the host still saves in this one is late.
 */
export const givenUpIn = (host: string): `op:${string}` => `op:given-up-in:${host}`;

/** What notes that hosts were given up. @param at epoch milliseconds */
export const givenUp = (
  { operation, request, at }: { readonly operation: Operation; readonly request: string; readonly at: number },
  ...hosts: readonly string[]
): Attributes =>
  Object.fromEntries(
    hosts
      .filter((host) => host !== '')
      .flatMap((host) => [
        [givenUpBy(host), { operation, at: new Date(at).toISOString() }],
        [givenUpIn(host), request],
      ]),
  );

/** The hosts that were not given up in this request: a write is judged by the attempt that it belongs to. */
export const inTime = (item: Attributes, hosts: readonly string[], request: string): string[] =>
  hosts.filter((host) => item[givenUpIn(host)] !== request);

/** A host that was given up while it was at work on a server. */
export interface GivenUpHost {
  readonly host: string;
  readonly operation: string;
  /** As ISO time. */
  readonly at: string;
  /** What it last asked for since, if anything. */
  readonly acted: { readonly method: string; readonly at: string } | undefined;
  /** The request by which it is to destroy its guest, if it was ordered to. */
  readonly destroys: string | null;
  /** Whether a guest of it is left to a person: tables were restored, and it may be the only one. */
  readonly kept: boolean;
}

/** What is written of a host whose guest nobody but a person destroys. */
export const keptGuest = ({ host, operation, at }: Pick<GivenUpHost, 'host' | 'operation' | 'at'>): Attributes => ({
  [givenUpBy(host)]: { operation, at, kept: true },
});

/** The hosts that were given up while they were at work on a server. */
export const givenUpHosts = (item: Attributes): GivenUpHost[] =>
  Object.entries(item).flatMap(([name, value]) => {
    const host = name.startsWith(givenUpBy('')) ? name.slice(givenUpBy('').length) : '';
    const { operation, at, kept } = mapOf(value);
    if (host === '' || typeof operation !== 'string' || typeof at !== 'string') return [];
    const [actedAt = '', method] = (nonEmptyText(item[actedBy(host)]) ?? '').split(' ');
    const destroys = nonEmptyText(item[destroyedBy(host)]);
    const lastAct = method === undefined ? undefined : { method, at: actedAt };
    return [{ host, operation, at, acted: lastAct, destroys, kept: kept === true }];
  });

/** Whether one of these hosts was given up for a server and is to destroy its guest: it may read what that takes. */
export const isDestroying = (item: Attributes, hosts: readonly string[]): boolean =>
  givenUpHosts(item).some(({ host, destroys }) => destroys !== null && hosts.includes(host));
