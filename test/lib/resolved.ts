import { listOf, mapOf, textOf, textOrEmpty, textsOf } from '#wire/reading';
import type { Json, JsonMap } from '#ports/json';
import { templatesWith } from './synthesised.ts';

/** A resource whose references are what an account puts in for them. */
export interface ResolvedResource {
  readonly type: string;
  /** Its name in the template, without the digits that the library puts behind. */
  readonly id: string;
  /** Without tags. */
  readonly properties: JsonMap;
  /** Names of the resources that have to be there before. */
  readonly dependsOn: readonly string[];
  readonly deletionPolicy: string | undefined;
}

type Described = ReadonlyMap<string, JsonMap>;

const ACCOUNT = '000000000000';
const REGION = 'us-east-1';

/** Pseudo parameters, as an account resolves them. */
const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::URLSuffix': 'amazonaws.com',
};

/** By type: the property that has the name, then service and prefix of the address. */
const ADDRESSES: Readonly<Record<string, readonly [property: string, service: string, prefix: string]>> = {
  'AWS::DynamoDB::GlobalTable': ['TableName', 'dynamodb', 'table/'],
  'AWS::Events::EventBus': ['Name', 'events', 'event-bus/'],
  'AWS::Events::Rule': ['Name', 'events', 'rule/'],
  'AWS::Lambda::Function': ['FunctionName', 'lambda', 'function:'],
  'AWS::Logs::LogGroup': ['LogGroupName', 'logs', 'log-group:'],
  'AWS::SNS::Topic': ['TopicName', 'sns', ''],
  'AWS::SQS::Queue': ['QueueName', 'sqs', ''],
  'AWS::StepFunctions::StateMachine': ['StateMachineName', 'states', 'stateMachine:'],
};

/** Types whose reference is their address. */
const BY_ADDRESS: ReadonlySet<string> = new Set(['AWS::SNS::Topic', 'AWS::StepFunctions::StateMachine']);

export const arn = (service: string, resource: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;

export const functionArn = (name: string): string => arn('lambda', `function:${name}`);

/** All resources of a deployment. */
export function resolvedWith(context: Readonly<Record<string, unknown>>): ResolvedResource[] {
  return [...templatesWith(context).all.values()].flatMap((template) => {
    const { Resources }: JsonMap = template.toJSON();
    const described: Described = new Map(
      Object.entries(mapOf(Resources)).map(([id, each]) => [id, mapOf(each)] as const),
    );
    return [...described].map(([id, { Type, Properties, DependsOn, DeletionPolicy }]) => {
      const { Tags: _tags, ...properties } = mapOf(resolved(described, Properties ?? {}));
      const dependsOn = textsOf(DependsOn).map(withoutDigits);
      const deletionPolicy = textOf(DeletionPolicy);
      return { type: textOf(Type) ?? '', id: withoutDigits(id), properties, dependsOn, deletionPolicy };
    });
  });
}

/** Without the hash of the path that stands behind the name of a resource. */
const withoutDigits = (id: string): string => id.replace(/[\dA-F]{8}(?:[\da-f]{32})?$/u, '');

/** A value with every reference in it resolved. */
function resolved(described: Described, value: Json): Json {
  if (Array.isArray(value)) return value.map((each) => resolved(described, each));
  if (typeof value !== 'object' || value === null) return value;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join, 'Fn::Select': select, 'Fn::Split': split } = mapOf(value);
  if (Ref !== undefined) return PSEUDO[textOrEmpty(Ref)] ?? referenceOf(described, textOrEmpty(Ref));
  if (attribute !== undefined) return attributeOf(described, textsOf(attribute));
  if (join !== undefined) {
    const [separator, parts] = listOf(join);
    return textsOf(resolved(described, parts ?? [])).join(textOrEmpty(separator));
  }
  if (split !== undefined) {
    const [separator, text] = listOf(split);
    return textOrEmpty(resolved(described, text ?? '')).split(textOrEmpty(separator));
  }
  if (select !== undefined) {
    const [at, list] = listOf(select);
    return listOf(resolved(described, list ?? []))[Number(at)] ?? '';
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolved(described, each ?? null)]));
}

function referenceOf(described: Described, id: string): string {
  const resource = mapOf(described.get(id));
  const type = textOf(resource['Type']) ?? '';
  const properties = mapOf(resource['Properties']);
  const text = (property: string): string => textOrEmpty(resolved(described, properties[property] ?? ''));
  if (type === 'AWS::Lambda::Alias') return functionArn(`${text('FunctionName')}:${text('Name')}`);
  if (type === 'AWS::S3::Bucket') return text('BucketName');
  const [property] = ADDRESSES[type] ?? [];
  if (property === undefined) return withoutDigits(id);
  return BY_ADDRESS.has(type) ? addressOf(described, id) : text(property);
}

function attributeOf(described: Described, [id = '', name = '']: readonly string[]): string {
  const resource = mapOf(described.get(id));
  if (name === 'Version') {
    const of = mapOf(resource['Properties'])['FunctionName'] ?? '';
    return `a version of ${textOrEmpty(resolved(described, of))}`;
  }
  if (name === 'Arn') return addressOf(described, id);
  return name === 'QueueName' ? referenceOf(described, id) : `${name} of ${withoutDigits(id)}`;
}

function addressOf(described: Described, id: string): string {
  const resource = mapOf(described.get(id));
  const [property = '', service = '', prefix = ''] = ADDRESSES[textOf(resource['Type']) ?? ''] ?? [];
  if (service === '') return referenceOf(described, id);
  const name = resolved(described, mapOf(resource['Properties'])[property] ?? '');
  return `${arn(service, prefix)}${textOrEmpty(name)}${service === 'logs' ? ':*' : ''}`;
}
