import { equals, exists, all, type Condition } from '#ports/conditions';
import type { Json } from '#ports/json';
import { ConditionFailed, type Item, type Tables, type Update } from '#ports/tables';
import { PLACEMENT } from '#records/keys';
import {
  providerKey,
  readProvider,
  readProviderWrites,
  storedDigest,
  type ProviderState,
  type ProviderWrites,
} from '../provider-item.ts';
import { providerChanged, Refused } from './answer.ts';

/** A provider as the HTTP API sees it. */
export interface ProviderRecord extends ProviderState, ProviderWrites {
  readonly uuid: string;
  readonly name: string;
  /** The compute node's own provider, at the top of the tree. */
  readonly root: string;
  /** Digest of the capacity that it was last written with. */
  readonly digest: string;
}

function record(item: Item): ProviderRecord {
  const state = readProvider(item);
  const { uuid, node } = state.provider;
  return {
    ...state,
    uuid,
    name: node,
    ...readProviderWrites(item),
    root: readProviderWrites(item).root ?? uuid,
    digest: storedDigest(item),
  };
}

/** Reads a provider; undefined when there is none. */
export async function findProvider(tables: Tables, uuid: string): Promise<ProviderRecord | undefined> {
  const item = await tables.get(PLACEMENT, providerKey(uuid));
  return item && record(item);
}

/** Reads a provider. @throws Refused with 404 when there is none */
export async function providerOf(tables: Tables, uuid: string): Promise<ProviderRecord> {
  const found = await findProvider(tables, uuid);
  if (found === undefined) throw new Refused(404, `No resource provider with uuid ${uuid} found`);
  return found;
}

/** Reads a provider and all of its tree, the root first. */
export async function treeOf(tables: Tables, uuid: string): Promise<ProviderRecord[]> {
  const found = await findProvider(tables, uuid);
  const root = found === undefined || found.root === uuid ? found : await findProvider(tables, found.root);
  if (root === undefined) return [];
  const below = await Promise.all(root.below.map((each) => findProvider(tables, each)));
  return [root, ...below.filter((each) => each !== undefined)];
}

/** What must hold of a provider's item for a write on what was read; providers of before had no generation. */
export const asRead = ({ generation }: ProviderRecord): Condition =>
  all(
    exists,
    generation === 0 ? { kind: 'one-of', name: 'generation', values: [null, 0] } : equals('generation', generation),
  );

/**
 * Writes a provider as it was read and raises its generation.
 *
 * @throws Refused with 409 when the generation is not the caller's, or somebody else wrote first
 */
export async function writeProvider(
  tables: Tables,
  before: ProviderRecord,
  asked: Json | undefined,
  update: Update,
  condition: Condition = exists,
): Promise<number> {
  if (asked !== undefined && asked !== before.generation) throw providerChanged();
  const add = { ...update.add, generation: 1 };
  try {
    await tables.update(PLACEMENT, providerKey(before.uuid), { ...update, add }, all(asRead(before), condition));
  } catch (error) {
    if (error instanceof ConditionFailed) throw providerChanged();
    throw error;
  }
  return before.generation + 1;
}
