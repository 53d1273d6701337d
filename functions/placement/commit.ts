import { absent, all, atLeast, equals, exists, type Condition } from '#ports/conditions';
import type { Resources } from '#ports/placement';
import { TransactionConflict, TransactionRefused, type Action, type Item, type Tables } from '#ports/tables';
import { PLACEMENT } from '#records/keys';
import { difference } from './allocations.ts';
import { consumerItem, consumerKey, readConsumer, type Consumer } from './consumer-item.ts';
import { guardAttributes, guardCondition, guardKey, type GroupGuard } from './group-guard.ts';
import { claimed, freeAttribute, providerKey } from './provider-item.ts';
import { mergeResources } from './resources.ts';
import { unitCondition } from './units.ts';

/** Actions that one transaction takes. */
export const MAX_ACTIONS = 100;

/** A consumer before and after; undefined when it holds nothing. */
export interface Change {
  readonly consumer: string;
  readonly before: Consumer | undefined;
  readonly after: Consumer | undefined;
}

/** What became of a transaction. */
export type Outcome =
  | { readonly kind: 'done' }
  /** Another writer was at the same items: the same changes may be tried again. */
  | { readonly kind: 'conflict' }
  | {
      readonly kind: 'refused';
      /** Consumers that were not as expected, as they are. */
      readonly consumers: ReadonlyMap<string, Consumer | undefined>;
      /** Providers without room, as they are; undefined when there is no such provider. */
      readonly providers: ReadonlyMap<string, Item | undefined>;
      /** Guards that stood in the way, by key. */
      readonly guards: ReadonlyMap<string, Item | undefined>;
    };

interface Part {
  readonly of: 'consumer' | 'provider' | 'guard';
  readonly id: string;
  readonly action: Action;
}

/**
 * Writes changes of consumers in one transaction: each consumer on condition that it is as it was read, each provider
 * on condition that what is newly claimed is free, each group guard on its own condition. So nothing is ever oversold,
 * and what is released is what was held.
 *
 * @throws TableThrottled when the same call may be tried again
 */
export async function commit(
  tables: Tables,
  changes: readonly Change[],
  guards: ReadonlyMap<string, GroupGuard> = new Map(),
): Promise<Outcome> {
  const parts = partsOf(changes, guards);
  if (parts.length === 0) {
    return { kind: 'done' };
  }
  try {
    await tables.transact(parts.map(({ action }) => action));
    return { kind: 'done' };
  } catch (error) {
    if (error instanceof TransactionConflict) {
      return { kind: 'conflict' };
    }
    if (!(error instanceof TransactionRefused)) {
      throw error;
    }
    const refused = parts.flatMap((part, at) => {
      const refusal = error.refusals[at];
      return refusal ? [{ ...part, item: refusal.item }] : [];
    });
    const items = (of: Part['of']): [string, Item | undefined][] =>
      refused.filter((part) => part.of === of).map(({ id, item }) => [id, item]);
    return {
      kind: 'refused',
      consumers: new Map(items('consumer').map(([id, item]) => [id, item && readConsumer(item)])),
      providers: new Map(items('provider')),
      guards: new Map(items('guard')),
    };
  }
}

function partsOf(changes: readonly Change[], guards: ReadonlyMap<string, GroupGuard>): Part[] {
  const providers = new Map<string, { readonly change: Resources; readonly claims: readonly Resources[] }>();
  const counts = new Map<string, number>();
  for (const { before, after } of changes) {
    for (const [provider, change] of Object.entries(difference(before?.allocations ?? {}, after?.allocations ?? {}))) {
      const known = providers.get(provider) ?? { change: {}, claims: [] };
      providers.set(provider, {
        change: mergeResources(known.change, change),
        claims: [...known.claims, amountsTaken(change)],
      });
    }
    for (const [keys, sign] of [[before?.guards, -1] as const, [after?.guards, 1] as const]) {
      for (const key of Object.values(keys ?? {})) {
        counts.set(key, (counts.get(key) ?? 0) + sign);
      }
    }
  }
  return [
    ...changes.flatMap(consumerPart),
    ...[...providers].flatMap(([uuid, { change, claims }]) => providerPart(uuid, change, claims)),
    ...[...counts].flatMap(([key, more]) => guardPart(key, more, guards.get(key))),
  ];
}

function consumerPart({ consumer, before, after }: Change): Part[] {
  const condition: Condition = before === undefined ? absent : equals('generation', before.generation);
  const common = { table: PLACEMENT, condition };
  if (after === undefined) {
    const action: Action = { ...common, kind: 'delete', key: consumerKey(consumer) };
    return before === undefined ? [] : [{ of: 'consumer', id: consumer, action }];
  }
  const item = consumerItem(consumer, { ...after, generation: (before?.generation ?? 0) + 1 });
  return [{ of: 'consumer', id: consumer, action: { ...common, kind: 'put', item } }];
}

/** What is newly claimed of a change; what is given back is nobody's business. */
const amountsTaken = (change: Resources): Resources =>
  Object.fromEntries(Object.entries(change).filter(([, amount]) => amount > 0));

function providerPart(uuid: string, change: Resources, claims: readonly Resources[]): Part[] {
  const taken = amountsTaken(change);
  const room = Object.entries(taken).map(([name, amount]) => atLeast(freeAttribute(name), amount));
  // What one consumer hands to another was claimed before, so that its units are asked for no more.
  const fresh = Object.keys(taken).length > 0 ? [unitCondition(claims)] : [];
  const action: Action = {
    kind: 'update',
    table: PLACEMENT,
    key: providerKey(uuid),
    update: { add: claimed(change) },
    condition: all(exists, ...room, ...fresh),
  };
  return Object.keys(change).length === 0 ? [] : [{ of: 'provider', id: uuid, action }];
}

function guardPart(key: string, more: number, guard: GroupGuard | undefined): Part[] {
  if (more === 0) {
    return [];
  }
  const condition = more > 0 && guard ? guardCondition(guard, more) : undefined;
  const set = more > 0 && guard ? guardAttributes(guard) : {};
  const action: Action = {
    kind: 'update',
    table: PLACEMENT,
    key: guardKey(key),
    update: { add: { count: more }, ...(Object.keys(set).length > 0 ? { set } : {}) },
    ...(condition ? { condition } : {}),
  };
  return [{ of: 'guard', id: key, action }];
}
