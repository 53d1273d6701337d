import type { Json } from '#ports/json';
import { listOf, mapOf, textOf } from '#wire/reading';
import type { SynthesisedResource, SynthesisedStack } from './synthesised-stacks.ts';

/** Something that outlives its stack, or that belongs to none. */
export interface Kept {
  readonly type: string;
  readonly name: string;
  /** What it costs to keep. */
  readonly cost: string;
  /** What removes it, in this order; what removes several at once stands with each of them. */
  readonly commands: readonly string[];
}

/** Where it lies, as the AWS CLI is given it. */
export interface KeptWhere {
  readonly deployment: string;
  readonly account: string;
  /** Options that every command ends with. */
  readonly options: string;
}

interface KeptType {
  readonly cost: string;
  name(logicalId: string, stack: SynthesisedStack, where: KeptWhere): string;
  commands(name: string, where: KeptWhere): readonly string[];
}

const property = ({ resources }: SynthesisedStack, logicalId: string, name: string): Json | undefined =>
  resources[logicalId]?.Properties?.[name];

/** What is known of each type of resource that a template retains. */
const KEPT_TYPES: Readonly<Record<string, KeptType>> = {
  'AWS::DynamoDB::GlobalTable': {
    cost: 'its storage and its point-in-time recovery, each by the gigabyte and month',
    name: (logicalId, stack) => textOf(property(stack, logicalId, 'TableName')) ?? '',
    commands: (name, { options }) => [
      `aws dynamodb update-table --no-deletion-protection-enabled --table-name ${name}${options}`,
      // A table that is being changed cannot be deleted.
      `aws dynamodb wait table-exists --table-name ${name}${options}`,
      `aws dynamodb delete-table --table-name ${name}${options}`,
    ],
  },
  'AWS::S3::Bucket': {
    cost: 'its storage by the gigabyte and month: nothing 19 days after the last large message',
    name: (logicalId, stack, { account }) => joined(property(stack, logicalId, 'BucketName'), account),
    commands: (name, { options }) => [`aws s3 rb --force s3://${name}${options}`],
  },
  'AWS::KMS::Key': {
    cost: 'a dollar a month, until its deletion is scheduled',
    name: (logicalId, { resources }) => aliasOf(logicalId, Object.values(resources)),
    // Aliases go with their stack: then a key is found by its tag alone.
    commands: (_name, { deployment, options }) => [
      `for key in $(aws resourcegroupstaggingapi get-resources --resource-type-filters kms:key --tag-filters Key=deployment,Values=${deployment} --query 'ResourceTagMappingList[].ResourceARN' --output text${options}); do aws kms schedule-key-deletion --pending-window-in-days 30 --key-id "$key"${options}; done`,
    ],
  },
};

/** A policy with which a resource, or a copy of it, outlives its stack. */
const keeps = ({ DeletionPolicy = 'Delete' }: SynthesisedResource): boolean => DeletionPolicy !== 'Delete';

/**
 * What stays when a stack goes.
 *
 * @throws Error for a type of which nothing is known
 */
export const keptOf = (stack: SynthesisedStack, where: KeptWhere): Kept[] =>
  Object.entries(stack.resources)
    .filter(([, resource]) => keeps(resource))
    .map(([logicalId, { Type }]) => {
      const known = KEPT_TYPES[Type];
      if (known === undefined)
        throw new Error(`scripts/kept-resources.ts does not say how a kept ${Type} is removed (${stack.name})`);
      const name = known.name(logicalId, stack, where);
      return { type: Type, name, cost: known.cost, commands: known.commands(name, where) };
    });

/** Queues of hosts and of replies: their prefix may be that of another deployment, so what follows has to fit. */
const OF_NO_STACK = /^(?:cell-[a-z0-9-]+-host-|reply_)/u;

/** A queue, by its name without the deployment's prefix. */
export interface FoundQueue {
  readonly queue: string;
  readonly url: string;
}

/** Queues that hosts and callers brought, which belong to no stack. */
export const queuesOfNoStack = (queues: readonly FoundQueue[], where: KeptWhere): Kept[] =>
  queues
    .filter(({ queue }) => OF_NO_STACK.test(queue))
    .map(({ queue, url }) => {
      const name = `${where.deployment}-${queue}`;
      return {
        type: 'AWS::SQS::Queue',
        name,
        cost: 'nothing, once nobody asks it any more',
        commands: [`aws sqs delete-queue --queue-url ${url}${where.options}`],
      };
    });

/** A name that is joined of texts and the account. */
function joined(value: Json | undefined, account: string): string {
  const [separator, parts] = listOf(mapOf(value)['Fn::Join']);
  return listOf(parts)
    .map((part) => textOf(part) ?? (mapOf(part)['Ref'] === 'AWS::AccountId' ? account : ''))
    .join(textOf(separator) ?? '');
}

/** The alias of a key. */
function aliasOf(logicalId: string, resources: readonly SynthesisedResource[]): string {
  const alias = resources.find(({ Type, Properties }) => {
    const [target] = listOf(mapOf(Properties?.['TargetKeyId'])['Fn::GetAtt']);
    return Type === 'AWS::KMS::Alias' && target === logicalId;
  });
  return textOf(alias?.Properties?.['AliasName']) ?? logicalId;
}
