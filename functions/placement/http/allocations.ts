import type { Json, JsonMap } from '#ports/json';
import type { Allocations, Resources } from '#ports/placement';
import type { Tables } from '#ports/tables';
import { PLACEMENT } from '#records/keys';
import { mapOf, textOf } from '#wire/reading';
import { commit, MAX_ACTIONS, type Change, type Outcome } from '../commit.ts';
import { consumerKey, holding, newConsumer, readConsumer, type Consumer } from '../consumer-item.ts';
import { readProvider } from '../provider-item.ts';
import { answered, done, mustBeFew, Refused } from './answer.ts';
import type { ApiParts, Call, Serve } from './call.ts';
import { consumersOn } from './consumers.ts';
import { findProvider, providerOf } from './provider-record.ts';
import { mustOwn } from './rights.ts';

/**
 * Microversions: allocations by provider in a map, with their owner; consumers with generations, which may be emptied.
 */
const MAPS = 12;
const CONSUMER_GENERATIONS = 28;

/** Writes of one change, the first included, while another transaction is at the same items. */
const TRIES = 3;

const UUID = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/u;

/** Shows what a consumer holds. */
export const getAllocations: Serve = async ({ tables, rights }, { id, minor }) => {
  const found = await read(tables, id);
  // what is none of the caller's business is as if it held nothing
  const consumer = found === undefined || (await rights?.sees(id, found)) === false ? undefined : found;
  const { allocations = {}, owner, generation = 0 } = consumer ?? {};
  const held = await Promise.all(
    Object.entries(allocations).map(async ([uuid, resources]) => {
      const provider = await findProvider(tables, uuid);
      return [uuid, { resources: { ...resources }, generation: provider?.generation ?? 0 }] as const;
    }),
  );
  return answered({
    allocations: Object.fromEntries(held),
    ...(owner === undefined || minor < MAPS ? {} : { project_id: owner.projectId, user_id: owner.userId }),
    ...(owner === undefined || minor < CONSUMER_GENERATIONS ? {} : { consumer_generation: generation }),
  });
};

/** What is claimed on a provider by the servers of its host, by consumer. */
export const getProviderAllocations: Serve = async ({ tables, rights }, { id }) => {
  const found = await providerOf(tables, id);
  await mustOwn(tables, rights, found);
  const { host, cell } = (found.root === id ? found : await providerOf(tables, found.root)).provider;
  const consumers = host === '' ? [] : await consumersOn(tables, cell, host);
  const allocations = [...consumers].flatMap(([uuid, consumer]) => {
    const resources = consumer.allocations[id];
    return resources === undefined ? [] : [[uuid, { resources: { ...resources } }] as const];
  });
  return answered({
    allocations: Object.fromEntries(allocations),
    resource_provider_generation: found.generation,
  });
};

/** How much of each class is claimed on a provider. */
export const getProviderUsages: Serve = async ({ tables }, { id }) => {
  const { generation, provider, capacity, free } = await providerOf(tables, id);
  const used = Object.keys(provider.inventories).map((name) => [name, (capacity[name] ?? 0) - (free[name] ?? 0)]);
  return answered({ resource_provider_generation: generation, usages: Object.fromEntries(used) });
};

/** Replaces what a consumer holds. */
export const putAllocations: Serve = async (parts, { id, fields, minor }) => {
  await write(parts, [await changeOf(parts.tables, id, fields, minor)]);
  return done();
};

/** Replaces what several consumers hold, all or none. */
export const postAllocations: Serve = async (parts, { fields, minor }) => {
  mustBeFew(Object.keys(fields), MAX_ACTIONS);
  const changes = await Promise.all(
    Object.entries(fields).map(([consumer, part]) => changeOf(parts.tables, consumer, mapOf(part), minor)),
  );
  await write(parts, changes);
  return done();
};

/** Gives back all that a consumer holds. */
export const deleteAllocations: Serve = async (parts, { id }) => {
  const before = await read(parts.tables, id);
  if (before === undefined) throw new Refused(404, `No allocations for consumer '${id}'`);
  await write(parts, [{ consumer: id, before, after: undefined }]);
  return done();
};

async function changeOf(tables: Tables, consumer: string, fields: JsonMap, minor: Call['minor']): Promise<Change> {
  if (!UUID.test(consumer)) throw new Refused(400, `Malformed consumer_uuid: ${consumer}`);
  if (minor < MAPS) throw new Refused(400, `allocations are written at microversion 1.${MAPS} or later`);
  const [projectId, userId] = [textOf(fields['project_id']), textOf(fields['user_id'])];
  if (projectId === undefined || userId === undefined)
    throw new Refused(400, "JSON does not validate: 'project_id' and 'user_id' are required properties");
  const allocations = readAllocations(fields['allocations']);
  const isEmpty = Object.keys(allocations).length === 0;
  if (isEmpty && minor < CONSUMER_GENERATIONS)
    throw new Refused(400, 'JSON does not validate: {} does not have enough properties');
  const before = await read(tables, consumer);
  if (minor >= CONSUMER_GENERATIONS) demandGeneration(before, fields['consumer_generation']);
  const owner = { projectId, userId };
  const after = { ...holding(before ?? newConsumer(owner), allocations), owner };
  return { consumer, before, after: isEmpty ? undefined : after };
}

/** @throws Refused with 409 when the consumer is not as the caller knows it */
function demandGeneration(before: Consumer | undefined, asked: Json | undefined): void {
  if (asked === undefined)
    throw new Refused(400, "JSON does not validate: 'consumer_generation' is a required property");
  const generation = before?.generation ?? null;
  if (asked !== generation) throw consumerChanged(`expected ${generation ?? 'null'} but got ${plain(asked)}`);
}

const plain = (asked: Json): string => (typeof asked === 'number' ? String(asked) : 'None');

const consumerChanged = (what: string): Refused =>
  new Refused(409, `consumer generation conflict - ${what}`, 'placement.concurrent_update');

function readAllocations(value: Json | undefined): Allocations {
  return Object.fromEntries(
    Object.entries(mapOf(value)).map(([provider, each]) => [provider, readResources(mapOf(each)['resources'])]),
  );
}

function readResources(value: Json | undefined): Resources {
  const amounts = Object.entries(mapOf(value)).map(([name, amount]): [string, number] => {
    if (typeof amount === 'number' && Number.isInteger(amount) && amount >= 1) return [name, amount];
    throw new Refused(400, `JSON does not validate: the amount of ${name} is a whole number from 1`);
  });
  if (amounts.length === 0) throw new Refused(400, 'JSON does not validate: {} does not have enough properties');
  return Object.fromEntries(amounts);
}

async function write({ tables, rights }: ApiParts, changes: readonly Change[]): Promise<void> {
  if (written(changes) > MAX_ACTIONS)
    throw new Refused(400, `at most ${MAX_ACTIONS} consumers and providers are written together`);
  await rights?.mustBeTheirs(changes);
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const outcome = await commit(tables, changes);
    if (outcome.kind === 'done') return;
    if (outcome.kind === 'refused') throw refusalOf(outcome, changes);
  }
  throw consumerChanged('others changed the same providers at every try');
}

/** How many items changes write at most: consumers, what they hold, and the groups that they count in. */
function written(changes: readonly Change[]): number {
  const consumers = changes.flatMap(({ before, after }) => [before ?? [], after ?? []].flat());
  const others = consumers.flatMap(({ allocations, guards }) => [
    ...Object.keys(allocations),
    ...Object.values(guards),
  ]);
  return changes.length + new Set(others).size;
}

function refusalOf(outcome: Outcome & { readonly kind: 'refused' }, changes: readonly Change[]): Refused {
  if (outcome.consumers.size > 0) return consumerChanged('it was changed meanwhile');
  for (const [uuid, item] of outcome.providers) {
    if (item === undefined) return new Refused(400, `Allocation for resource provider '${uuid}' that does not exist.`);
    const { free } = readProvider(item);
    const asked = changes.flatMap(({ after }) => Object.entries(after?.allocations[uuid] ?? {}));
    const short = asked.find(([name, amount]) => (free[name] ?? 0) < amount);
    const why =
      short === undefined
        ? 'The requested amount would violate inventory constraints.'
        : 'The requested amount would exceed the capacity.';
    const name = (short ?? asked[0])?.[0] ?? '';
    return new Refused(
      409,
      `Unable to allocate inventory: Unable to create allocation for '${name}' on resource provider '${uuid}'. ${why}`,
    );
  }
  return consumerChanged('others changed the same providers');
}

async function read(tables: Tables, consumer: string): Promise<Consumer | undefined> {
  const item = await tables.get(PLACEMENT, consumerKey(consumer));
  return item && readConsumer(item);
}
