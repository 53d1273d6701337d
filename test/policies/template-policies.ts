import { listOf, mapOf, textOf } from '#wire/reading';
import type { Json, JsonMap } from '#ports/json';
import { templatesWith } from '../lib/synthesised.ts';
import { ACCOUNT, REGION } from './aws-requests.ts';

/** A statement of a policy as IAM reads it, its addresses resolved. */
export interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Principal?: Json;
  readonly Condition?: Json;
}

/** What the templates of a deployment with cell1 and cell2 let whom do. */
export interface DeployedPolicies {
  /**
   * Statements by who has them: the name of a function, `states:` and the name of a state machine, or `home:` and the
   * name of a function in another account.
   */
  readonly roles: ReadonlyMap<string, readonly Statement[]>;
  /** Statements of a resource about itself, by its address; those of keys by their alias. Of roles those have one that are acted in from another account. */
  readonly resources: ReadonlyMap<string, readonly Statement[]>;
}

/** A role of the deployment's account. */
export const roleArn = (name: string, account = ACCOUNT): string => `arn:aws:iam::${account}:role/${name}`;

let synthesised: DeployedPolicies | undefined;

/** The policies of the templates, synthesised once. */
export function deployedPolicies(context: Readonly<Record<string, unknown>> = {}): DeployedPolicies {
  if (Object.keys(context).length > 0) return read(context);
  synthesised ??= read(context);
  return synthesised;
}

interface Resource {
  readonly type: string;
  readonly properties: JsonMap;
}

type Resources = ReadonlyMap<string, Resource>;

function read(context: Readonly<Record<string, unknown>>): DeployedPolicies {
  const roles = new Map<string, Statement[]>();
  const resources = new Map<string, Statement[]>();
  for (const template of templatesWith(context).all.values()) {
    const { Resources: described }: JsonMap = template.toJSON();
    const stack: Resources = new Map(
      Object.entries(mapOf(described)).map(([id, resource]) => {
        const { Type, Properties } = mapOf(resource);
        return [id, { type: textOf(Type) ?? '', properties: mapOf(Properties) }];
      }),
    );
    const owners = ownersOf(stack);
    for (const [id, { type, properties }] of stack) {
      if (type === 'AWS::IAM::Role') {
        const owner = ownerOf(owners, id);
        add(roles, owner, []);
        if (owner.startsWith('home:'))
          add(
            resources,
            roleArn(owner.slice('home:'.length)),
            statements(stack, properties['AssumeRolePolicyDocument']),
          );
      }
      if (type === 'AWS::IAM::Policy') {
        for (const role of listOf(properties['Roles']))
          add(
            roles,
            ownerOf(owners, textOf(mapOf(role)['Ref']) ?? ''),
            statements(stack, properties['PolicyDocument']),
          );
      }
      if (type === 'AWS::SQS::QueuePolicy' || type === 'AWS::S3::BucketPolicy') {
        const about = type === 'AWS::SQS::QueuePolicy' ? listOf(properties['Queues']) : [properties['Bucket'] ?? null];
        for (const each of about)
          add(resources, addressOf(stack, each), statements(stack, properties['PolicyDocument']));
      }
      if (type === 'AWS::KMS::Key') add(resources, aliasOf(stack, id), statements(stack, properties['KeyPolicy']));
    }
  }
  return { roles, resources };
}

function add(to: Map<string, Statement[]>, key: string, more: readonly Statement[]): void {
  to.set(key, [...(to.get(key) ?? []), ...more]);
}

/** Who acts in a role, by the logical id of the role. */
function ownersOf(stack: Resources): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const [id, { type, properties }] of stack) {
    if (type === 'AWS::IAM::Role' && properties['RoleName'] !== undefined)
      owners.set(id, `home:${plain(stack, properties['RoleName'])}`);
  }
  for (const { type, properties } of stack.values()) {
    const [role] = listOf(mapOf(properties[type === 'AWS::Lambda::Function' ? 'Role' : 'RoleArn'])['Fn::GetAtt']);
    if (type === 'AWS::Lambda::Function') owners.set(textOf(role) ?? '', plain(stack, properties['FunctionName']));
    if (type === 'AWS::StepFunctions::StateMachine')
      owners.set(textOf(role) ?? '', `states:${plain(stack, properties['StateMachineName'])}`);
  }
  return owners;
}

function ownerOf(owners: ReadonlyMap<string, string>, role: string): string {
  const owner = owners.get(role);
  if (owner === undefined) throw new Error(`nobody acts in the role ${role}`);
  return owner;
}

/** The statements of a policy that names whole addresses. */
export const statementsOf = (document: Json): Statement[] => statements(new Map(), document);

const statements = (stack: Resources, document: Json | undefined): Statement[] =>
  listOf(mapOf(document)['Statement']).map((each) => {
    const { Effect, Action, Resource, Principal, Condition } = mapOf(each);
    return {
      Effect: textOf(Effect) ?? '',
      Action: listed(Action).map(String),
      Resource: listed(Resource).map((one) => plain(stack, one)),
      ...(Principal === undefined ? {} : { Principal: resolved(stack, Principal) }),
      ...(Condition === undefined ? {} : { Condition: resolved(stack, Condition) }),
    };
  });

const listed = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : [value ?? '']);

/** The alias of a key of the stack. */
function aliasOf(stack: Resources, key: string): string {
  for (const { type, properties } of stack.values())
    if (type === 'AWS::KMS::Alias' && JSON.stringify(properties['TargetKeyId']).includes(`"${key}"`))
      return plain(stack, properties['AliasName']);
  throw new Error(`the key ${key} has no alias`);
}

/** Pseudo parameters, as an account resolves them. */
const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::URLSuffix': 'amazonaws.com',
};

/** A value of a template with every address in it resolved. */
function resolved(stack: Resources, value: Json): Json {
  if (Array.isArray(value)) return value.map((each) => resolved(stack, each));
  if (typeof value !== 'object' || value === null) return value;
  if (Object.keys(value).some((key) => key === 'Ref' || key.startsWith('Fn::'))) return plain(stack, value);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolved(stack, each ?? null)]));
}

/** A value of a template as the text that an account makes of it. */
function plain(stack: Resources, value: Json | undefined): string {
  if (typeof value !== 'object' || value === null) return String(value ?? '');
  const { Ref, 'Fn::Join': join, 'Fn::GetAtt': attribute } = mapOf(value);
  if (Array.isArray(join)) {
    const [separator, parts] = join;
    return listOf(parts)
      .map((part) => plain(stack, part))
      .join(textOf(separator) ?? '');
  }
  const ref = textOf(Ref) ?? textOf(listOf(attribute)[0]) ?? '';
  const { type, properties } = stack.get(ref) ?? {};
  // Of these a reference is the name, and the attribute the address.
  if (attribute === undefined && type === 'AWS::Logs::LogGroup') return plain(stack, properties?.['LogGroupName']);
  return PSEUDO[ref] ?? addressOf(stack, { Ref: ref });
}

/** The address of a resource of the stack, however it is referred to. */
function addressOf(stack: Resources, reference: Json): string {
  const { Ref, 'Fn::GetAtt': attribute } = mapOf(reference);
  const id = textOf(Ref) ?? textOf(listOf(attribute)[0]) ?? '';
  const { type, properties } = stack.get(id) ?? { type: '', properties: {} };
  const named = (property: string): string => plain(stack, properties[property]);
  switch (type) {
    case 'AWS::SQS::Queue':
      return `arn:aws:sqs:${REGION}:${ACCOUNT}:${named('QueueName')}`;
    case 'AWS::S3::Bucket':
      return `arn:aws:s3:::${named('BucketName')}`;
    case 'AWS::Lambda::Function':
      return `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${named('FunctionName')}`;
    case 'AWS::Lambda::Alias':
      return `${addressOf(stack, properties['FunctionName'] ?? null)}:${named('Name')}`;
    case 'AWS::Logs::LogGroup':
      return `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${named('LogGroupName')}:*`;
    case 'AWS::KMS::Key':
      return `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`;
    default:
      throw new Error(`no address is known of ${id}, a ${type}`);
  }
}
