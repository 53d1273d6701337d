import { readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { templatesWith } from '../lib/synthesised.ts';
import { RELEASES } from './release-world.ts';

/** A resource, as far as its replacement depends on it. */
interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** A template, as far as it is compared. */
export interface StateTemplate {
  readonly Resources?: Readonly<Record<string, Resource>>;
}

/** Properties of which a change makes CloudFormation put a new, empty resource in the place of the old one. */
const REPLACING: Readonly<Record<string, readonly string[]>> = {
  'AWS::DynamoDB::GlobalTable': ['TableName', 'KeySchema', 'LocalSecondaryIndexes'],
  'AWS::SQS::Queue': ['QueueName', 'FifoQueue'],
  'AWS::S3::Bucket': ['BucketName'],
  'AWS::KMS::Key': [],
  'AWS::KMS::Alias': ['AliasName'],
  'AWS::SNS::Topic': ['TopicName', 'FifoTopic'],
  'AWS::Events::EventBus': ['Name'],
};

/** The templates of the stacks that hold state, by the name of the stack. */
export function stateTemplates(): ReadonlyMap<string, StateTemplate> {
  const { all, deployment } = templatesWith();
  const stacks = [deployment.apiState, ...deployment.cellStates.values()].map(({ stackName }) => stackName);
  return new Map(stacks.map((stack) => [stack, all.get(stack)?.toJSON() ?? {}]));
}

/** The same as a release had them. */
export function recordedTemplates(version: string): ReadonlyMap<string, StateTemplate> {
  const folder = new URL(`${version}/templates/`, RELEASES);
  return new Map(
    readdirSync(folder).map((file) => {
      const template: StateTemplate = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
      return [file.replace('.json', ''), template];
    }),
  );
}

/** What an update from one template to the other would lose, or CloudFormation would refuse: a line for each. */
export function replaced(before: StateTemplate, after: StateTemplate): string[] {
  return Object.entries(before.Resources ?? {}).flatMap(([id, old]) => {
    const names = REPLACING[old.Type];
    if (names === undefined) return [];
    const now = after.Resources?.[id];
    if (now?.Type !== old.Type) return [`${id} (${old.Type}) is gone`];
    const changed = names.filter((name) => !isDeepStrictEqual(old.Properties?.[name], now.Properties?.[name]));
    return [...changed.map((name) => `${id}: ${name} is another`), ...indexes(id, old, now)];
  });
}

/** An index keeps its keys and what it repeats, and one at a time comes or goes: an update of a table changes one. */
function indexes(id: string, old: Resource, now: Resource): string[] {
  const [had, has] = [indexesOf(old), indexesOf(now)];
  const changed = [...had].filter(([name, each]) => has.has(name) && !isDeepStrictEqual(each, has.get(name)));
  const moved = [...new Set([...had.keys(), ...has.keys()])].filter((name) => !(had.has(name) && has.has(name)));
  return [
    ...changed.map(([name]) => `${id}: the index ${name} is another`),
    ...(moved.length > 1 ? [`${id}: ${moved.join(', ')} come or go at once`] : []),
  ];
}

function indexesOf({ Properties }: Resource): Map<string, object> {
  const all: unknown = Properties?.['GlobalSecondaryIndexes'];
  const found = new Map<string, object>();
  for (const each of Array.isArray(all) ? all : []) {
    const index: unknown = each;
    if (typeof index !== 'object' || index === null || !('IndexName' in index)) continue;
    const { IndexName, KeySchema, Projection } = { KeySchema: undefined, Projection: undefined, ...index };
    found.set(String(IndexName), { KeySchema, Projection });
  }
  return found;
}
